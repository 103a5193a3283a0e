using LeadGrains.Grains.Tests.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Rollup;

public sealed class LandmarkFollowerTests
{
    /// <summary>The shortest half-life is 7 days, so its landmark moves every 224.</summary>
    [Theory]
    [InlineData(224)]
    [InlineData(700)]
    [InlineData(5_000)]
    public void Put_WhenTheSenderHasOlderLandmarks_RestatesThemToTheLastBit(int days)
    {
        var later = RandomRows.Now + TimeSpan.FromDays(days);
        var advanced = new RolledAccounts();
        var fresh = new RolledAccounts(now: later);
        for (var i = 0; i < 40; i++)
            advanced.Put(Contact(i));
        var points = advanced.Columns.ScoreAt(0, later).IntentPoints;

        advanced.Columns.AdvanceTo(later);
        for (var i = 0; i < 40; i++)
            fresh.Put(Contact(i));
        Assert.Equal(points, advanced.Columns.ScoreAt(0, later).IntentPoints, 1e-12 * points);
        Assert.NotEqual(0, points);
        advanced.Table.RecomputeDue();
        fresh.Table.Recompute(0);

        Assert.Equal(fresh.SumsOf(0), advanced.SumsOf(0));
        Assert.Equal(fresh.Columns.Engaged[0][0], advanced.Columns.Engaged[0][0]);
    }

    [Fact]
    public void Put_WhenTheSenderHasNewerLandmarks_RestatesThemToTheLastBit()
    {
        var late = new RolledAccounts(now: RandomRows.Now + TimeSpan.FromDays(-1_000));
        var fresh = new RolledAccounts();
        for (var i = 0; i < 40; i++)
        {
            late.Put(Contact(i));
            fresh.Put(Contact(i));
        }

        late.Table.Recompute(0);
        fresh.Table.Recompute(0);
        late.Columns.AdvanceTo(RandomRows.Now);

        Assert.Equal(fresh.SumsOf(0), late.SumsOf(0));
    }

    [Fact]
    public void Follow_WhenReplacedAfterALandmarkMoved_TakesOutWhatWasPutIn()
    {
        var accounts = new RolledAccounts();
        for (var i = 0; i < 200; i++)
            accounts.Put(Contact(i));
        accounts.Columns.AdvanceTo(RandomRows.Now + TimeSpan.FromDays(300));
        for (var i = 0; i < 200; i++)
            accounts.Put(new Message($"c{i}", 0, 2));

        Assert.All(accounts.SumsOf(0), sum => Assert.Equal(0, sum));
        Assert.Equal(200, accounts.Table.CountOf(0));
    }

    [Fact]
    public void Follow_WhenDaysHaveGoneBy_LetsGoOfVelocity()
    {
        var accounts = new RolledAccounts();
        var velocity = default(Velocity);
        velocity.Add(RandomRows.Now.UtcDay, 5);
        accounts.Put(Contact(1) with { Velocity = velocity });
        accounts.Columns.AdvanceTo(RandomRows.Now + TimeSpan.FromDays(13));
        Assert.Equal(-7.5, accounts.Columns.ScoreAt(0, RandomRows.Now + TimeSpan.FromDays(13)).Velocity);

        accounts.Columns.AdvanceTo(RandomRows.Now + TimeSpan.FromDays(14));
        accounts.Put(Contact(1) with { Version = 2 });

        Assert.Equal(0, accounts.Columns.Velocity.Count);
        Assert.True(accounts.Table[accounts.Table.FirstOf(0)].Velocity.IsEmpty);
    }

    private static Message Contact(int i)
    {
        var random = new Random(i);
        var at = RandomRows.Now + TimeSpan.FromHours(-random.Next(2_000));
        return new Message($"c{i}", 0, 1)
        {
            Sums = [.. Models.Staged.Columns.Select((_, c) => random.NextDouble() * 50 * RolledAccounts.One(c))],
            Weight = 1.5,
            LastSignalAt = at,
            EngagedAt = at,
        };
    }
}
