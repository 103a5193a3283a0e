using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Intent;

public class IntentPropertyTests
{
    private const string Groups = "groups: {a: {half_life: 3d}, b: {half_life: 20d}, c: {half_life: 60d}}\n";

    private const string BoundedGroups =
        "groups: {a: {half_life: 3d, cap: 12}, b: {half_life: 20d, cap: 30, floor: -10}, c: {half_life: 60d, floor: -15}}\n";

    private const string Rules = """
        rules:
          - {name: a1, signal: s0, group: a, points: 1}
          - {name: a2, signal: s1, group: a, points: 7.5}
          - {name: b1, signal: s1, group: b, points: 11}
          - {name: b2, signal: s2, when: {k: {equals: "1"}}, group: b, points: -6}
          - {name: c1, signal: s3, group: c, points: -9}
          - {name: c2, signal: s0, when: {k: {in: ["0", "2"]}}, group: c, points: 0.25}
          - {name: zero, signal: s2, group: a, points: 0}
        """;

    private static readonly ScoringModel Free = Samples.Model(Groups + Rules);
    internal static readonly ScoringModel Bounded = Samples.Model(BoundedGroups + Rules.Replace("points: 11}", "points: 11, per_day: 2}"));

    // Sizes small enough that caps are sometimes hit and sometimes not, minutes so that days differ and repeat.
    internal static readonly Arbitrary<Signal[]> Histories = (
        from type in Gen.Choose(0, 4)
        from key in Gen.Choose(0, 2)
        from minute in Gen.Choose(0, 60 * 24 * 40)
        select new Signal(type, key, minute)).ArrayOf().ToArbitrary();

    [Fact]
    public void Apply_InAnyOrder_GivesTheSame_WhereNothingIsBounded() =>
        Prop.ForAll(Histories, history =>
        {
            var inOrder = Play(Free, history.OrderBy(signal => signal.Minute));
            var reversed = Play(Free, history.OrderByDescending(signal => signal.Minute));
            return Enumerable.Range(0, 50).All(day =>
                    Near(inOrder.PointsAt(Free, Samples.Day(40 + day)), reversed.PointsAt(Free, Samples.Day(40 + day))))
                && inOrder.Rules.Length == reversed.Rules.Length
                && Enumerable.Range(0, inOrder.Rules.Length).All(i =>
                    inOrder.Rules[i].Count == reversed.Rules[i].Count
                    && inOrder.Rules[i].Newest == reversed.Rules[i].Newest
                    && Near(inOrder.Rules[i].Points, reversed.Rules[i].Points))
                && Near(inOrder.Velocity.At(Samples.Day(40).UtcDay), reversed.Velocity.At(Samples.Day(40).UtcDay));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PointsAt_IsTheSumOfEachSignalsDecayedPoints_WhereNothingIsBounded() =>
        Prop.ForAll(Histories, history =>
        {
            var state = Play(Free, history);
            var at = Samples.Day(41);
            var expected = history.Sum(signal => Free.Rules
                .Where(rule => rule.SignalType == $"s{signal.Type}" && Holds(rule.Name, signal.Key))
                .Sum(rule => rule.Points * Math.Pow(2, -(at - signal.At) / Free.Groups[rule.Group].HalfLife.ToTimeSpan())));
            return Near(state.PointsAt(Free, at), expected);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PointsAt_WithoutNegativeRules_NeverRisesWithTime() =>
        Prop.ForAll(Histories, history =>
        {
            var state = Play(Bounded, history.Where(signal => signal.Type < 2));
            var points = Enumerable.Range(0, 200).Select(i => state.PointsAt(Bounded, Samples.Day(i))).ToArray();
            return points.Zip(points.Skip(1)).All(pair => pair.Second <= pair.First);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Groups_AlwaysEqualTheirRulesLessClip_AndStayWithinBounds() =>
        Prop.ForAll(Histories, history =>
        {
            var state = new IntentState();
            foreach (var signal in history)
            {
                signal.SendTo(state, Bounded);
                foreach (var held in state.Groups)
                {
                    var group = Bounded.Groups[held.Group];
                    double rules = 0;
                    foreach (var rule in state.Rules)
                        rules += Bounded.Rules[rule.Rule].Group == held.Group ? rule.Points : 0;
                    if (!Near(rules - held.Clip, held.Points) || held.Points > (group.Cap ?? 1e9) || held.Points < (group.Floor ?? -1e9))
                        return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Restore_AtAnyPoint_GoesOnWithTheSameBits() =>
        Prop.ForAll(Histories.Generator.Zip(Gen.Choose(0, 100)).ToArbitrary(), sample =>
        {
            var (history, percent) = sample;
            var cut = history.Length * percent / 100;
            var live = Play(Bounded, history);
            var before = Play(Bounded, history.Take(cut));
            var restored = IntentState.Restore(before.Contents);
            foreach (var signal in history.Skip(cut))
                signal.SendTo(restored, Bounded);
            return live.Groups.SequenceEqual(restored.Groups)
                && live.Rules.SequenceEqual(restored.Rules)
                && live.Contents.DayCounts.SequenceEqual(restored.Contents.DayCounts)
                && live.Held.SequenceEqual(restored.Held)
                && live.Velocity == restored.Velocity;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Apply_InAnArenaWithOthersThatComeAndGo_GivesTheSameBits() =>
        Prop.ForAll(Histories.Generator.Zip(Histories.Generator).ToArbitrary(), histories =>
        {
            var (history, other) = histories;
            var arena = new ListArena();
            var live = new IntentState(arena);
            for (var i = 0; i < history.Length; i++)
            {
                var passing = IntentState.Restore(Play(Bounded, other.Take(i)).Contents, arena);
                history[i].SendTo(live, Bounded);
                passing.Release();
            }

            var alone = Play(Bounded, history);
            return alone.Groups.SequenceEqual(live.Groups)
                && alone.Rules.SequenceEqual(live.Rules)
                && alone.Contents.DayCounts.SequenceEqual(live.Contents.DayCounts)
                && alone.Held.SequenceEqual(live.Held);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PerDay_InAnyOrder_CountsTheSame() =>
        Prop.ForAll(Histories, history =>
        {
            var counts = Play(Bounded, history.OrderBy(signal => signal.Minute)).Contents.DayCounts.ToArray();
            return counts.SequenceEqual(Play(Bounded, history.OrderByDescending(signal => signal.Minute)).Contents.DayCounts.ToArray())
                && counts.All(count => count.Count is 1 or 2);
        }).QuickCheckThrowOnFailure();

    internal static IntentState Play(ScoringModel model, IEnumerable<Signal> history)
    {
        var state = new IntentState();
        foreach (var signal in history)
            signal.SendTo(state, model);
        return state;
    }

    private static bool Holds(string rule, int key) => rule switch
    {
        "b2" => key == 1,
        "c2" => key is 0 or 2,
        _ => true,
    };

    private static bool Near(double first, double second) => Math.Abs(first - second) <= 1e-9;

    public sealed record Signal(int Type, int Key, int Minute)
    {
        public Instant At => Samples.Start + TimeSpan.FromMinutes(Minute);

        internal void SendTo(IntentState state, ScoringModel model) =>
            state.Send(model, $"s{Type}", At, ("k", $"{Key}"));
    }
}
