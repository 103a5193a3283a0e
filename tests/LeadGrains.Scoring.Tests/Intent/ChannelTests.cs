namespace LeadGrains.Scoring.Tests.Intent;

public class ChannelTests
{
    private static readonly ScoringModel Tracked = Samples.Model("""
        channels: {attribute: channel, factors: {paid_search: 1.5, social: 0.8}}
        groups: {web: {half_life: 10d}, off: {half_life: 10d, floor: -40}}
        rules:
          - {name: demo, signal: demo, group: web, points: 20}
          - {name: fixed, signal: demo, group: web, points: 3, channels: false}
          - {name: left, signal: left, group: off, points: -10}
          - {name: long, signal: call, scale: {attribute: minutes, from: 0, to: 30}, group: web, points: 10}
          - {name: twice, signal: visit, count: 2, within: 7d, group: web, points: 10}
          - {name: again, signal: read, diminishing: 0.5, within: 7d, group: web, points: 8}
        """);

    [Theory]
    [InlineData("demo", "paid_search", 20 * 1.5 + 3)]
    [InlineData("demo", "PAID_Search", 20 * 1.5 + 3)]
    [InlineData("demo", "social", 20 * 0.8 + 3)]
    [InlineData("demo", "mail", 23)]
    [InlineData("left", "social", -10)]
    [InlineData("call", "paid_search", 10 * 0.5 * 1.5)]
    public void Apply_WhenTheSignalNamesItsChannel_MultipliesPositivePoints(string type, string channel, double points)
    {
        var state = new IntentState();
        state.Send(Tracked, type, Samples.Day(0), ("channel", channel), ("minutes", "15"));
        Assert.Equal(points, state.PointsAt(Tracked, Samples.Day(0)), 1e-12);
        Assert.Equal(points, ContactExplanation.Of(Tracked, Samples.Traits(), state, Samples.Day(0)).Sum(part => part.Points), 1e-12);
    }

    [Fact]
    public void Apply_WithoutTheAttribute_MultipliesNothing()
    {
        var state = new IntentState();
        state.Send(Tracked, "demo", Samples.Day(0));
        Assert.Equal(23, state.PointsAt(Tracked, Samples.Day(0)));
    }

    [Fact]
    public void Award_OfSeveralSignals_HasTheFactorOfTheOneItIsGivenAt()
    {
        // Mail on day 0, paid search on day 2: 10 · 1.5. Then social of day 1 comes late: the award is of days 0 and 1,
        // 10 · 0.8 · 2^-0.1 on day 2.
        var state = new IntentState();
        state.Send(Tracked, "visit", Samples.Day(0), ("channel", "mail"));
        state.Send(Tracked, "visit", Samples.Day(2), ("channel", "paid_search"));
        Assert.Equal(15, state.PointsAt(Tracked, Samples.Day(2)), 1e-12);
        state.Send(Tracked, "visit", Samples.Day(1), ("channel", "social"));
        Assert.Equal(8 * Math.Pow(2, -0.1), state.PointsAt(Tracked, Samples.Day(2)), 1e-12);
    }

    [Fact]
    public void Diminishing_WhenChannelsDiffer_ScalesEachByItsOwn()
    {
        // 8 · 1.5 and, half as much for the second, 4 · 0.8.
        var state = new IntentState();
        state.Send(Tracked, "read", Samples.Day(0), ("channel", "social"));
        state.Send(Tracked, "read", Samples.Day(0), ("channel", "paid_search"));
        Assert.Equal(12 + 3.2, state.PointsAt(Tracked, Samples.Day(0)), 1e-12);
    }
}
