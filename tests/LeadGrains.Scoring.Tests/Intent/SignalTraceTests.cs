namespace LeadGrains.Scoring.Tests.Intent;

public sealed class SignalTraceTests
{
    private static readonly ScoringModel Model = Samples.Model("""
        groups: {g: {half_life: 7d}}
        rules:
          - {name: first, signal: s, when: {url: {contains: /a}}, group: g, points: 1}
          - {name: daily, signal: s, group: g, points: 1, per_day: 1}
          - {name: once, signal: s, once_per: {attribute: mail}, group: g, points: 1}
          - {name: scaled, signal: s, scale: {attribute: minutes, from: 0, to: 60}, group: g, points: 1}
          - {name: kept, signal: s, count: 2, within: 1d, group: g, points: 1, per_day: 64}
        """);

    private readonly IntentState _state = new();
    private readonly SignalTrace _trace = new();

    [Fact]
    public void Apply_WhenAllRulesCountTheSignal_SaysSoForEach()
    {
        Send(Samples.Start, ("url", "/a"), ("mail", "m1"), ("minutes", "30"));

        Assert.Equal(
            Enumerable.Range(0, 5).Select(rule => new RuleVerdict(rule, RuleOutcome.Counted)), _trace.Verdicts);
        Assert.Empty(_trace.Revised);
    }

    [Fact]
    public void Apply_WhenLimitsAreReached_SaysWhichHeldTheSignalBack()
    {
        Send(Samples.Start, ("mail", "m1"));
        Send(Samples.Day(0.5), ("mail", "m1"), ("minutes", "many"));

        Assert.Equal(
            [RuleOutcome.NoMatch, RuleOutcome.DayFull, RuleOutcome.SeenBefore, RuleOutcome.NoNumber, RuleOutcome.Counted],
            _trace.Verdicts.Select(verdict => verdict.Outcome));
    }

    [Fact]
    public void Apply_WhenAFullWindowHasOnlyNewerSignals_SaysThatItIsTooOld()
    {
        for (var day = 1; day <= WindowState.Most; day++)
            Send(Samples.Day(2 * day));
        Send(Samples.Start);

        Assert.Equal(RuleOutcome.TooOld, _trace.Verdicts[4].Outcome);
    }

    [Fact]
    public void Apply_WhenNoRuleLooksAtTheType_HasNoVerdicts()
    {
        Send(Samples.Start);
        _state.Apply(Model, "other"u8, Samples.Start, new Attributes(), _trace);

        Assert.Empty(_trace.Verdicts);
    }

    private void Send(Instant at, params (string Name, string Value)[] attributes) =>
        _state.Apply(Model, "s"u8, at, new Attributes(attributes), _trace);
}
