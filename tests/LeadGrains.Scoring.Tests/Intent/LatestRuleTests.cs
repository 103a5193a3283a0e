namespace LeadGrains.Scoring.Tests.Intent;

public sealed class LatestRuleTests
{
    private static readonly ScoringModel Model = Samples.Model("""
        groups: {market: {half_life: 14d}}
        rules: [{name: outside, signal: intent_score, latest: true, scale: {attribute: score, from: 0, to: 100}, group: market, points: 30}]
        """);

    private readonly IntentState _state = new();

    [Fact]
    public void Apply_OfANewerNumber_ReplacesTheOneBefore()
    {
        // 80 of 100 is 24 points. A week later 50 comes: 15, and nothing of the 24 is left.
        Send(0, "80");
        Assert.Equal(24, PointsAt(0));
        Send(7, "50");
        Assert.Equal(15, PointsAt(7), 1e-12);
        Assert.Equal(7.5, PointsAt(21), 1e-12);
        Assert.Equal((15, 0), (_state.Velocity.Points[0], _state.Velocity.Points[7]));
    }

    [Fact]
    public void Apply_OfAnOlderNumber_GivesNothing()
    {
        Send(7, "50");
        Assert.False(Send(0, "80").Matched);
        Assert.Equal(15, PointsAt(7), 1e-12);
        Assert.Equal(new HeldCount(0, RuleOutcome.Superseded, 1), Assert.Single(_state.Held.ToArray()));
    }

    [Theory]
    [InlineData("20", "90")]
    [InlineData("90", "20")]
    public void Apply_OfTwoAtOneInstant_CountsTheGreater(string first, string second)
    {
        Send(0, first);
        Send(0, second);
        Assert.Equal(27, PointsAt(0), 1e-12);
        Assert.Equal(1u, _state.Rules[0].Count);
    }

    [Fact]
    public void Apply_WhenTheNumberIsMissing_KeepsTheOneBefore()
    {
        Send(0, "80");
        Assert.False(_state.Send(Model, "intent_score", Samples.Day(1)).Matched);
        Assert.Equal(24, PointsAt(0));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void EngagedAt_WhenNothingIsLeftOfIt_StaysAtTheLastPositiveNumber(int first, int second)
    {
        foreach (var day in new[] { first, second })
            Send(day, day == 0 ? "80" : "0");
        Assert.Equal(Samples.Day(0), _state.EngagedAt);
        Assert.Equal(0, PointsAt(1), 1e-12);
    }

    [Fact]
    public void Apply_OfANewerNumber_TellsTheTraceOfTheReplacedOne()
    {
        var trace = new SignalTrace();
        Send(0, "80");
        _state.Apply(Model, "intent_score"u8, Samples.Day(1), new Attributes(("score", "10")), trace);
        Assert.Equal(new RuleVerdict(0, RuleOutcome.Counted), Assert.Single(trace.Verdicts));
        Assert.Equal(new RevisedVerdict(Samples.Day(0), 0, RuleOutcome.Superseded), Assert.Single(trace.Revised));
        _state.Apply(Model, "intent_score"u8, Samples.Day(0.5), new Attributes(("score", "10")), trace);
        Assert.Equal(new RuleVerdict(0, RuleOutcome.Superseded), Assert.Single(trace.Verdicts));
        Assert.Empty(trace.Revised);
    }

    private SignalEffect Send(double day, string score) => _state.Send(Model, "intent_score", Samples.Day(day), ("score", score));

    private double PointsAt(double day) => _state.PointsAt(Model, Samples.Day(day));
}
