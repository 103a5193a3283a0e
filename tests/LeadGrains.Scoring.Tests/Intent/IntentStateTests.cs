using System.Globalization;

namespace LeadGrains.Scoring.Tests.Intent;

public class IntentStateTests
{
    private static readonly ScoringModel Capped = Samples.Model("""
        groups: {g: {half_life: 20d, cap: 90}}
        rules: [{name: forty, signal: s, group: g, points: 40}]
        """);

    [Fact]
    public void Apply_WhenLateSignalMeetsCap_ClipsAtTheGroupsInstant()
    {
        // Days 0 and 1: 40 · 2^(-1/20) + 40 = 78.64. The signal of day 0.5 arrives on day 10, but counts at day 1:
        // 40 · 2^(-0.5/20) = 39.31, which makes 117.95, of which 27.95 are clipped. By day 10, 90 · 2^(-9/20) = 65.9.
        var state = new IntentState();
        state.Send(Capped, "s", Samples.Day(0));
        state.Send(Capped, "s", Samples.Day(1));
        state.Send(Capped, "s", Samples.Day(0.5));

        Assert.Equal(65.9, state.PointsAt(Capped, Samples.Day(10)), 0.05);
        Assert.Equal(90 * Math.Pow(2, -9 / 20.0), state.PointsAt(Capped, Samples.Day(10)), 1e-12);
        Assert.Equal(27.95, state.Groups[0].Clip, 0.005);
        Assert.Equal(Samples.Day(1), state.Groups[0].At);
    }

    [Fact]
    public void Apply_WhenSignalIsLate_DecaysItToTheGroupsInstant()
    {
        var model = Samples.Model("""
            groups: {g: {half_life: 10d}}
            rules: [{name: r, signal: s, group: g, points: 8}]
            """);
        var state = new IntentState();
        state.Send(model, "s", Samples.Day(20));
        state.Send(model, "s", Samples.Day(0));

        Assert.Equal(10, state.Groups[0].Points, 1e-12);
        Assert.Equal(new RuleIntent(0, 10, 2, Samples.Day(20)), state.Rules[0]);
        Assert.Equal(5, state.PointsAt(model, Samples.Day(30)), 1e-12);
        Assert.Equal(10, state.PointsAt(model, Samples.Day(5)), 1e-12);
    }

    [Fact]
    public void Apply_WhenFloorIsReached_ClipsBelowIt()
    {
        var model = Samples.Model("""
            groups: {g: {half_life: 10d, floor: -20}}
            rules: [{name: r, signal: s, group: g, points: -15}]
            """);
        var state = new IntentState();
        state.Send(model, "s", Samples.Day(0));
        Assert.Equal(new SignalEffect(Matched: true, Engaged: false), state.Send(model, "s", Samples.Day(0)));

        Assert.Equal(-20, state.PointsAt(model, Samples.Day(0)));
        Assert.Equal(-10, state.Groups[0].Clip);
        Assert.Equal(-10, state.PointsAt(model, Samples.Day(10)), 1e-12);
    }

    [Fact]
    public void Apply_WhenSeveralRulesMatch_AllScore()
    {
        var model = Samples.Model("""
            groups: {a: {half_life: 10d}, b: {half_life: 20d}}
            rules:
              - {name: one, signal: s, group: a, points: 1}
              - {name: two, signal: s, group: b, points: 2}
              - {name: four, signal: s, group: a, points: 4}
              - {name: other, signal: t, group: a, points: 8}
            """);
        var state = new IntentState();
        Assert.Equal(new SignalEffect(true, true), state.Send(model, "s", Samples.Day(0)));
        Assert.Equal(7, state.PointsAt(model, Samples.Day(0)));
        Assert.Equal(7 - 2.5 - 0.5857864376, state.PointsAt(model, Samples.Day(10)), 1e-9);
        Assert.Equal(3, state.Rules.Length);
    }

    [Fact]
    public void Apply_WhenNoRuleCounts_ChangesNothing()
    {
        var model = Samples.Model("""
            groups: {g: {half_life: 10d}}
            rules: [{name: r, signal: s, when: {a: {exists: true}}, group: g, points: 1}]
            """);
        var state = new IntentState();
        Assert.Equal(default, state.Send(model, "unknown", Samples.Day(0)));
        Assert.Equal(default, state.Send(model, "s", Samples.Day(0)));
        Assert.True(state.IsEmpty);
        Assert.Equal(0, state.PointsAt(model, Samples.Day(0)));
    }

    [Fact]
    public void Apply_WhenRuleGivesNothing_CountsTheSignalStill()
    {
        var model = Samples.Model("""
            groups: {g: {half_life: 10d}}
            rules: [{name: no_show, signal: s, group: g, points: 0}]
            """);
        var state = new IntentState();
        Assert.Equal(new SignalEffect(Matched: true, Engaged: false), state.Send(model, "s", Samples.Day(0)));
        Assert.Equal(1u, state.Rules[0].Count);
        Assert.False(state.IsEmpty);
        Assert.True(state.Velocity.IsEmpty);
    }

    [Fact]
    public void Apply_WhenCapTakesAll_IsEngagedStill()
    {
        var state = new IntentState();
        for (var i = 0; i < 5; i++)
            Assert.True(state.Send(Capped, "s", Samples.Day(0)).Engaged);
        Assert.Equal(90, state.PointsAt(Capped, Samples.Day(0)));
    }

    [Fact]
    public void Apply_WhenCapIsHit_AddsToVelocityWhatWasLeft()
    {
        var state = new IntentState();
        var day = Samples.Day(0).UtcDay;
        state.Send(Capped, "s", Samples.Day(0));
        state.Send(Capped, "s", Samples.Day(0));
        Assert.Equal(80, state.Velocity.At(day), 1e-12);
        state.Send(Capped, "s", Samples.Day(0));
        Assert.Equal(90, state.Velocity.At(day), 1e-12);
        state.Send(Capped, "s", Samples.Day(0));
        Assert.Equal(90, state.Velocity.At(day), 1e-12);

        // A late signal: 90 · 2^(-1/20) = 86.93 on day 1, room for 3.07 of the 40 · 2^(-0.5/20) = 39.31 points that it
        // is worth there, so 3.07 / 39.31 of its 40 undecayed points count.
        state.Send(Capped, "s", Samples.Day(1));
        state.Send(Capped, "s", Samples.Day(0.5));
        var room = 90 - 90 * Math.Pow(2, -1 / 20.0);
        Assert.Equal(90 + room, state.Velocity.At(day + 1), 1e-9);

        var fresh = new IntentState();
        fresh.Send(Capped, "s", Samples.Day(0));
        fresh.Send(Capped, "s", Samples.Day(1));
        fresh.Send(Capped, "s", Samples.Day(0.5));
        var share = (90 - 40 - 40 * Math.Pow(2, -1 / 20.0)) / (40 * Math.Pow(2, -0.5 / 20));
        Assert.Equal(80 + 40 * share, fresh.Velocity.At(day + 1), 1e-9);
    }

    [Fact]
    public void Apply_OverManySignalsAtTheCap_KeepsRulesLessClipEqualToGroup()
    {
        var state = new IntentState();
        for (var i = 0; i < 300_000; i++)
            state.Send(Capped, "s", Samples.Day(i * 1e-6));
        var held = state.Groups[0];
        Assert.True(state.Rules[0].Points > 1e6, state.Rules[0].Points.ToString(CultureInfo.InvariantCulture));
        Assert.Equal(held.Points, state.Rules[0].Points - held.Clip, 1e-9);
    }

    [Fact]
    public void Apply_InSteadyState_AllocatesNothing()
    {
        var model = DefaultModel.Model;
        var state = new IntentState();
        var attributes = new FlatAttributes("url"u8.ToArray(), "https://www.example.com/pricing?from=mail"u8.ToArray());
        for (var i = 0; i < 500; i++)
            state.Apply(model, "page_viewed"u8, Samples.Day(i * 0.3), attributes);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 500; i < 5000; i++)
            state.Apply(model, "page_viewed"u8, Samples.Day(i * 0.3), attributes);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void SumsInto_WhenGroupsFadeAlike_AddsThemUp()
    {
        var model = Samples.Model("""
            groups: {a: {half_life: 10d}, b: {half_life: 20d}, c: {half_life: 10d}, d: {half_life: 10d, floor: -5}}
            rules:
              - {name: a, signal: s, group: a, points: 1}
              - {name: b, signal: s, group: b, points: 2}
              - {name: c, signal: s, group: c, points: 4}
              - {name: d, signal: s, group: d, points: -8}
            """);
        Assert.Equal(
            [new(Samples.Days(10), false), new(Samples.Days(20), false), new DecayColumn(Samples.Days(10), true)], model.Columns);
        Assert.Equal([0, 1, 0, 2], model.Groups.Select(group => group.Column));

        var state = new IntentState();
        state.Send(model, "s", Samples.Day(0));
        state.Send(model, "s", Samples.Day(3));
        Landmark[] landmarks = [.. model.Columns.Select(column => Landmark.At(Samples.Day(5), column.HalfLife))];
        double[] sums = [double.NaN, double.NaN, double.NaN, 77];
        state.SumsInto(model, landmarks, sums);
        var points = 0.0;
        for (var i = 0; i < model.Columns.Length; i++)
            points += sums[i] * landmarks[i].FactorAt(Samples.Day(9), model.Columns[i].HalfLife);
        Assert.Equal(state.PointsAt(model, Samples.Day(9)), points, 1e-12);
        Assert.Equal(77, sums[3]);
    }

    private readonly struct FlatAttributes(byte[] name, byte[] value) : IAttributes
    {
        public bool TryGet(ReadOnlySpan<byte> nameUtf8, out ReadOnlySpan<byte> valueUtf8)
        {
            valueUtf8 = value;
            return nameUtf8.SequenceEqual(name);
        }
    }
}
