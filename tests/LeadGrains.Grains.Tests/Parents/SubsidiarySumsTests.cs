using LeadGrains.Grains.Parents;
using LeadGrains.Scoring;
using static LeadGrains.Grains.Tests.Parents.SomeSubsidiaries;

namespace LeadGrains.Grains.Tests.Parents;

public sealed class SubsidiarySumsTests
{
    private static readonly ScoringModel Model = ModelReader.Read("""
        name: parents
        groups: {g: {half_life: 10d}}
        account: {parent_share: 0.25}
        """).Model!;

    // As many as a group of companies never has, each told on its own: a quadratic way takes minutes.
    [Fact]
    public void Write_WhenThereAreFiftyThousand_FollowsEachOfThem()
    {
        const int Count = 50_000;
        var accounts = SomeSubsidiaries.Accounts(Model);
        var sums = new SubsidiarySums(accounts, parent: 0);
        for (var round = 1; round <= 2; round++)
        {
            for (var number = 0; number < Count; number++)
            {
                sums.Put(Of(accounts, number, round, 0));
                sums.Write();
            }
        }

        Assert.Equal(Model.ParentShare * 2 * Count, accounts.Own.Sums[0][0], 1e-6);
    }

    [Fact]
    public void Write_AfterManyChanges_IsWhatAllOfThemMake()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        var accounts = SomeSubsidiaries.Accounts(Model);
        var sums = new SubsidiarySums(accounts, parent: 0);
        var held = new Dictionary<int, (double Points, int Day)>();
        for (var step = 0; step < 6_000; step++)
        {
            var number = random.Next(300);
            if (random.Next(4) == 0)
            {
                held.Remove(number);
                sums.Remove((ulong)number, $"{number}");
            }
            else
            {
                held[number] = (random.Next(1, 1_000_000), random.Next(-100, 0));
                sums.Put(Of(accounts, number, held[number].Points, held[number].Day));
            }

            sums.Write();
            Assert.Equal(Model.ParentShare * held.Values.Sum(one => one.Points), accounts.Own.Sums[0][0], 1e-5);
            Assert.Equal(held.Count == 0 ? Instant.Min : held.Values.Max(one => Day(one.Day)), accounts.Own.LastSignalAt(0));
        }
    }
}
