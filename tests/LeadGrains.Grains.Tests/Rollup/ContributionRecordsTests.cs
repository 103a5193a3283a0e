using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Rollup;

public sealed class ContributionRecordsTests
{
    private static readonly Instant Now = RandomRows.Now;

    /// <summary>Of few columns zeros are left out, of many they are kept.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(40)]
    public void Write_WhenRecordsComeChangeAndGo_GivesBackTheSameBits(int columns)
    {
        var random = new Random(columns);
        var records = new ContributionRecords(columns, new SomeContacts().Keys);
        var expected = new Dictionary<(int Account, KeyPlace Contact), Figures>();
        for (var step = 0; step < 20_000; step++)
        {
            var (account, contact) = (random.Next(10), new KeyPlace(random.Next(3), random.Next(30)));
            var slot = records.FindOrAdd(account, contact, out var added);
            Assert.Equal(!expected.ContainsKey((account, contact)), added);
            switch (random.Next(6))
            {
                case 0:
                    records.Remove(slot);
                    expected.Remove((account, contact));
                    break;
                case 1:
                    records.WriteWithdrawn(slot, step, Now + TimeSpan.FromTicks(step));
                    expected[(account, contact)] = new Figures(slot, step, Now + TimeSpan.FromTicks(step)) { Sums = new double[columns] };
                    break;
                default:
                    expected[(account, contact)] = Write(records, slot, step, random, columns);
                    break;
            }

            if (step % 500 == 0)
                Assert.All(expected.Values, figures => figures.AssertSame(records));
        }

        Assert.Equal(expected.Count, records.Count);
        Assert.All(expected, entry => Assert.Equal(entry.Value.Slot, records.FindOrAdd(entry.Key.Account, entry.Key.Contact, out _)));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(13)]
    public void ExpireVelocity_WhenSomeDaysFellOut_KeepsAllElse(int columns)
    {
        var random = new Random(columns);
        var records = new ContributionRecords(columns, new SomeContacts().Keys);
        var expected = Enumerable.Range(0, 200).Select(i => Write(records, records.FindOrAdd(0, new KeyPlace(0, i), out _), i, random, columns)).ToList();
        var today = Now.UtcDay + 4;
        foreach (var figures in expected[..50])
            records.Remove(figures.Slot);
        expected.RemoveRange(0, 50);

        records.ExpireVelocity(today);
        records.Rescale([.. Enumerable.Repeat(0.5, columns)]);

        Assert.Contains(expected, figures => figures.Days.IsEmpty != (figures.Days.IsEmpty || today - figures.Days.NewestDay >= Velocity.Days));
        foreach (var figures in expected)
        {
            var days = today - figures.Days.NewestDay >= Velocity.Days ? default : figures.Days;
            (figures with { Days = days, Sums = [.. figures.Sums.Select(sum => sum / 2)] }).AssertSame(records);
        }
    }

    [Fact]
    public void MemoryBytes_WhenContactsHaveFewPoints_IsUnderAHundredBytesForEach()
    {
        var records = new ContributionRecords(5, new SomeContacts().Keys);
        for (var i = 0; i < 50_000; i++)
        {
            var slot = records.FindOrAdd(i / 10, new KeyPlace(0, i), out _);
            var contribution = new Contribution
            {
                Contact = new KeyPlace(0, i),
                Version = i,
                Flags = ContributionFlags.HasSignal | ContributionFlags.HasEngaged,
                LastSignalAt = Now,
                EngagedAt = Now,
                Run = new ActivityRun(Now + TimeSpan.FromHours(-1), Instant.Min),
                Velocity = VelocityDays.Unpack(Now.UtcDay, 1, [3f]),
            };
            records.Write(slot, contribution, [1, 0, 2, 0, 0]);
        }

        Assert.InRange(records.MemoryBytes / 50_000.0, 60, 100);
    }

    private static Figures Write(ContributionRecords records, int slot, long version, Random random, int columns)
    {
        var last = Now + TimeSpan.FromSeconds(-random.Next(1_000_000));
        var figures = new Figures(slot, version, last)
        {
            EngagedAt = random.Next(3) switch { 0 => Instant.Min, 1 => last, _ => last + TimeSpan.FromTicks(-random.Next(1, 1_000)) },
            Run = new ActivityRun(random.Next(2) == 0 ? last : last + TimeSpan.FromHours(-1), random.Next(2) == 0 ? Instant.Min : last + TimeSpan.FromDays(-70)),
            Sums = [.. Enumerable.Range(0, columns).Select(_ => random.Next(3) == 0 ? random.NextDouble() - 0.5 : 0)],
            Days = DaysOf(random),
        };
        var contribution = new Contribution
        {
            Contact = records.ContactOf(slot),
            Version = version,
            Flags = ContributionFlags.HasSignal | (figures.EngagedAt == Instant.Min ? ContributionFlags.None : ContributionFlags.HasEngaged),
            Weight = version % 3,
            LastSignalAt = last,
            EngagedAt = figures.EngagedAt,
            Run = figures.Run,
            Velocity = figures.Days,
        };
        records.Write(slot, contribution, figures.Sums);
        return figures;
    }

    private static VelocityDays DaysOf(Random random)
    {
        var mask = random.Next(2) == 0 ? 0 : random.Next(1 << Velocity.Days);
        var points = Enumerable.Range(0, Velocity.Days).Select(_ => (float)random.Next(1, 9)).ToArray();
        return mask == 0 ? default : VelocityDays.Unpack(Now.UtcDay - random.Next(14), mask, points);
    }

    private sealed record Figures(int Slot, long Version, Instant LastSignalAt)
    {
        public Instant EngagedAt { get; init; } = Instant.Min;

        public ActivityRun Run { get; init; } = new(LastSignalAt, Instant.Min);

        public double[] Sums { get; init; } = [];

        public VelocityDays Days { get; init; }

        public void AssertSame(ContributionRecords records)
        {
            Assert.Equal((Version, LastSignalAt, EngagedAt, Run), (records.VersionOf(Slot), records.LastSignalOf(Slot), records.EngagedOf(Slot), records.RunOf(Slot)));
            Assert.Equal(Sums.Select(BitConverter.DoubleToInt64Bits), records.SumsOf(Slot).ToArray().Select(BitConverter.DoubleToInt64Bits));
            for (var column = 0; column < Sums.Length; column++)
                Assert.Equal(Sums[column], records.SumOf(Slot, column));
            Assert.True(Days.IsSame(records.VelocityOf(Slot)));
            Assert.Equal(!Days.IsEmpty, records.HasVelocity(Slot));
        }
    }
}
