namespace LeadGrains.Scoring.Tests.Machines;

public sealed class BurstTests
{
    private static readonly ScoringModel Model = Samples.Model("""
        groups: {mail: {half_life: 7d, cap: 15}, web: {half_life: 7d}}
        machines: {burst: {signals: [clicked, opened], count: 3, within: 10s}}
        rules:
          - {name: click, signal: clicked, group: mail, points: 3, per_day: 2, once_per: {attribute: asset}}
          - {name: read, signal: clicked, when: {minutes: {exists: true}}, scale: {attribute: minutes, from: 0, to: 10}, group: web, points: 4}
          - {name: view, signal: viewed, group: web, points: 1}
        """);

    private readonly IntentState _state = new();

    [Fact]
    public void Apply_WhenTheBurstIsComplete_TakesTheEarlierPointsBack()
    {
        Click(0, "a");
        Click(4, "b");
        Assert.Equal(6, PointsAt(4), 1e-4);
        Click(10, "c");
        Assert.Equal(0, PointsAt(10));
        Assert.Equal(new MachineCounts(0, 3), _state.Machines);
        Assert.True(_state.Rules.IsEmpty);
        Assert.True(_state.Velocity.IsEmpty);
        Assert.Equal(Instant.Min, _state.EngagedAt);
    }

    [Fact]
    public void Apply_WhenThreeLieFurtherApart_TakesThemForAPersons()
    {
        Click(0, "a");
        Click(5, "b");
        Click(10.5, "c");
        // The third is over the daily limit.
        Assert.Equal(6, PointsAt(11), 1e-4);
        Assert.Equal(default, _state.Machines);
    }

    [Fact]
    public void Apply_OfAPersonAfterABurst_HasTheDayAndTheObjectToItself()
    {
        Click(0, "a");
        Click(1, "a");
        Click(2, "a");
        Click(3600, "a");
        Click(7200, "b");
        Assert.Equal(6, PointsAt(7200), 0.05);
        Assert.Equal(2u, Assert.Single(_state.Rules.ToArray()).Count);
        // The second of the burst had been seen before; as a machine's it is no longer told of as that.
        Assert.True(_state.Held.IsEmpty);
    }

    [Fact]
    public void Apply_WhenOtherWatchedTypesFillTheWindow_TakesAllForAMachine()
    {
        _state.Send(Model, "opened", Second(0));
        Click(1, "a", ("minutes", "5"));
        Assert.Equal(3 + 2, PointsAt(1), 1e-9);
        _state.Send(Model, "opened", Second(2));
        Assert.Equal(0, PointsAt(2));
        Assert.Equal(new MachineCounts(0, 3), _state.Machines);
    }

    [Fact]
    public void Apply_WhenABurstIsTakenBack_LeavesWhatOthersGave()
    {
        _state.Send(Model, "viewed", Second(-60));
        Click(0, "a", ("minutes", "10"));
        Click(1, "b");
        Click(2, "c");
        Assert.Equal(1, PointsAt(2), 1e-4);
        Assert.Equal(Second(-60), _state.EngagedAt);
        var view = Assert.Single(_state.Rules.ToArray());
        Assert.Equal((2, 1u, Second(-60)), (view.Rule, view.Count, view.Newest));
    }

    [Fact]
    public void Apply_WhenTheMiddleArrivesLast_TellsTheTraceOfTheOthers()
    {
        var trace = new SignalTrace();
        Click(0, "a");
        Click(8, "b");
        _state.Apply(Model, "clicked"u8, Second(4), new Attributes(("asset", "c")), trace);
        Assert.All(trace.Verdicts, verdict => Assert.Equal(RuleOutcome.Machine, verdict.Outcome));
        Assert.Equal(
            [Second(0), Second(0), Second(8), Second(8)], trace.Revised.Select(revised => revised.At).Order());
        Assert.All(trace.Revised, revised => Assert.Equal(RuleOutcome.Machine, revised.Outcome));
    }

    [Fact]
    public void Apply_OfMoreThanAreKept_StillKnowsADenseBurst()
    {
        for (var i = 0; i < 500; i++)
            Click(i * 0.5, "a");
        Assert.Equal(0, PointsAt(250));
        Assert.Equal(500u, _state.Machines.Bursts);
        Assert.Equal(BurstWatch.Most, _state.Contents.Watch.Signals.Length);
        // Older than all that are kept, and next to them.
        Click(217.9, "b");
        Assert.Equal(501u, _state.Machines.Bursts);
    }

    [Fact]
    public void Apply_WhenTheOldestIsNoLongerKept_RemembersThatItEngaged()
    {
        for (var hour = 1; hour <= 3 * BurstWatch.Most; hour++)
            Click(3600 * hour, $"asset{hour}");
        Click(0, "first");
        var watch = _state.Contents.Watch;
        Assert.Equal(BurstWatch.Most, watch.Signals.Length);
        Assert.True(watch.Gifts.Length <= BurstWatch.Most);
        Assert.Equal(Instant.Later(watch.EngagedAt, _state.Contents.SettledEngagement), _state.EngagedAt);
        Assert.NotEqual(Instant.Min, _state.Contents.SettledEngagement);
    }

    [Fact]
    public void Apply_OfTypesThatNoBurstWatches_KeepsNothing()
    {
        for (var i = 0; i < 5; i++)
            _state.Send(Model, "viewed", Second(i));
        Assert.True(_state.Contents.Watch.IsEmpty);
        Assert.Equal(5, PointsAt(4), 1e-4);
    }

    [Fact]
    public void Apply_WhenTheCapWasHit_GivesRoomBack()
    {
        var model = Samples.Model("""
            groups: {mail: {half_life: 7d, cap: 5}}
            machines: {burst: {signals: [clicked], count: 3, within: 10s}}
            rules: [{name: click, signal: clicked, group: mail, points: 3}]
            """);
        var state = new IntentState();
        state.Send(model, "clicked", Second(-100));
        foreach (var second in new[] { 0, 1, 2 })
            state.Send(model, "clicked", Second(second));
        Assert.Equal(3, state.PointsAt(model, Second(2)), 1e-3);
        Assert.Equal(3, state.Velocity.Points[0] + state.Velocity.Points[1], 1e-3);
    }

    private static Instant Second(double seconds) => Samples.Start + TimeSpan.FromSeconds(seconds);

    private void Click(double second, string asset, params (string Name, string Value)[] more) =>
        _state.Send(Model, "clicked", Second(second), [("asset", asset), .. more]);

    private double PointsAt(double second) => _state.PointsAt(Model, Second(second));
}
