using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;
using static LeadGrains.Grains.Tests.Parents.SomeSubsidiaries;

namespace LeadGrains.Grains.Tests.Parents;

public sealed class SubsidiaryTableTests
{
    private const int Named = 100;

    private static readonly ScoringModel Model = ModelReader.Read("""
        name: parents
        groups: {g: {half_life: 10d}}
        account: {parent_share: 0.25}
        """).Model!;

    [Fact]
    public void Explain_ForAnySubsidiaries_AddsUpToTheShareAndNamesTheLargest() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(Gen.Choose(-1_000, 1_000).ListOf(400).Zip(Gen.Choose(0, 400)).ToArbitrary(), sample =>
        {
            var accounts = SomeSubsidiaries.Accounts(Model);
            var (table, points) = (new SubsidiaryTable(accounts), sample.Item1.Take(sample.Item2).ToList());
            for (var number = 0; number < points.Count; number++)
                table.Put(0, Of(accounts, number, points[number], -number));
            table.Refresh(0);

            var parts = table.Explain(0, Day(10));

            var share = 0.25 * accounts.Sums.FactorsAt(Day(10))[0];
            Assert.Equal(share * points.Sum(), parts.Sum(part => part.Points), 1e-9);
            Assert.Equal(Math.Min(points.Count, Named + 1), parts.Count);
            var named = parts.Take(Named).ToList();
            Assert.Equal(
                points.Select(one => share * Math.Abs(one)).OrderDescending().Take(Named),
                named.Select(part => Math.Abs(part.Points)).OrderDescending(), (one, other) => Math.Abs(one - other) < 1e-12);
            Assert.All(named, part => Assert.Equal(points[int.Parse(part.Label[9..], CultureInfo.InvariantCulture)] * share, part.Points, 1e-12));
        }));

    [Fact]
    public void Explain_WhenThereAreFiftyThousand_SumsTheSmallInOnePart()
    {
        const int Count = 50_000;
        var accounts = SomeSubsidiaries.Accounts(Model);
        var table = new SubsidiaryTable(accounts);
        for (var number = 0; number < Count; number++)
            table.Put(0, Of(accounts, number, number, number - Count));
        table.Refresh(0);

        var parts = table.Explain(0, RandomRows.Now);

        Assert.Equal(Named + 1, parts.Count);
        Assert.Equal(Enumerable.Range(Count - Named, Named).Select(number => $"Share of {number}"), parts.Take(Named).Select(part => part.Label));
        var others = parts[^1];
        Assert.Equal(
            (ScorePart.Subsidiary, "Share of 49900 smaller subsidiaries", Day(-Named - 1)), (others.Rule, others.Label, others.LastOccurredAt!.Value));
        Assert.Equal(0.25 * accounts.Sums.FactorsAt(RandomRows.Now)[0] * (Count - 1) * Count / 2, parts.Sum(part => part.Points), 1e-3);
    }
}
