using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Machines;

public sealed class BurstPropertyTests
{
    private const string Rules = """
        machines: {burst: {signals: [s0, s1], count: 4, within: 20s}}
        rules:
          - {name: click, signal: s0, group: a, points: 3}
          - {name: read, signal: s0, when: {k: {in: ["1", "2"]}}, scale: {attribute: k, from: 0, to: 4}, group: b, points: 8}
          - {name: decline, signal: s1, group: c, points: -2}
          - {name: view, signal: s2, group: a, points: 1}
          - {name: rating, signal: s2, latest: true, scale: {attribute: k, from: 0, to: 2}, group: b, points: 10}
        """;

    private static readonly ScoringModel Free =
        Samples.Model("groups: {a: {half_life: 3d}, b: {half_life: 20d}, c: {half_life: 60d}}\n" + Rules);

    private static readonly ScoringModel Bounded = Samples.Model(
        "groups: {a: {half_life: 3d, cap: 8}, b: {half_life: 20d, cap: 9}, c: {half_life: 60d, floor: -5}}\n"
        + Rules.Replace("points: 3}", "points: 3, per_day: 3, once_per: {attribute: k, within: 1h}}"));

    // Some minutes, so that some are bursts and some are none, and instants repeat.
    private static readonly Gen<Signal> Signals =
        from type in Gen.Choose(0, 2)
        from key in Gen.Choose(0, 2)
        from second in Gen.Choose(0, 400)
        from agent in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Signal(type, key, Samples.Start + TimeSpan.FromSeconds(second), agent);

    // At most as many as are kept.
    private static readonly Gen<Signal[]> Short = Gen.Choose(0, BurstWatch.Most).SelectMany(length => Signals.ArrayOf(length));

    private static readonly Gen<Signal[]> Long =
        from length in Gen.Choose(100, 300)
        from signals in Signals.ArrayOf(length)
        from spread in Gen.Choose(0, 8)
        select signals.Select((signal, i) => signal with { At = signal.At + spread * TimeSpan.FromSeconds(i) }).ToArray();

    [Fact]
    public void Apply_InAnyOrder_GivesTheSame_WhereNoLimitIsHit() =>
        Prop.ForAll(Short.SelectMany(history => Gen.Shuffle(history).Select(shuffled => (history, shuffled.ToArray()))).ToArbitrary(), sample =>
        {
            var first = Play(Free, sample.history);
            var second = Play(Free, sample.Item2);
            var days = Enumerable.Range(1, 20).Select(day => Samples.Day(day)).ToList();
            return days.All(at => Near(first.PointsAt(Free, at), second.PointsAt(Free, at)))
                && days.All(at => Near(first.Velocity.At(at.UtcDay), second.Velocity.At(at.UtcDay)))
                && first.Machines == second.Machines
                && first.EngagedAt == second.EngagedAt
                && first.Held.SequenceEqual(second.Held)
                && first.Rules.ToArray().Select(rule => rule with { Points = 0 }).SequenceEqual(second.Rules.ToArray().Select(rule => rule with { Points = 0 }))
                && first.Contents.Watch.Signals.Length == second.Contents.Watch.Signals.Length;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PointsAt_IsWhatTheDefinitionGives_WhereNoLimitIsHit() =>
        Prop.ForAll(Short.ToArbitrary(), history =>
        {
            var state = Play(Free, history);
            var at = Samples.Day(1);
            var people = history.Where(signal => !IsMachine(signal, history)).ToList();
            var newest = people.Where(signal => signal.Type == 2).OrderBy(signal => signal.At).ThenBy(signal => signal.Key).LastOrDefault();
            var expected = people.Sum(signal => signal.Type switch
            {
                0 => Left(signal, 3, 3, at) + Left(signal, signal.Key / 4.0 * 8, 20, at),
                1 => Left(signal, -2, 60, at),
                _ => Left(signal, 1, 3, at),
            }) + (newest is null ? 0 : Left(newest, newest.Key / 2.0 * 10, 20, at));
            return Near(state.PointsAt(Free, at), expected)
                && state.Machines == new MachineCounts((uint)history.Count(signal => signal.Agent), (uint)history.Count(signal => IsMachine(signal, history) && !signal.Agent));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Groups_WhenLimitsAreHit_StayTheirRulesLessClipWithinBounds() =>
        Prop.ForAll(Long.ToArbitrary(), history =>
        {
            var state = new IntentState();
            foreach (var signal in history)
            {
                signal.SendTo(state, Bounded);
                foreach (var held in state.Groups)
                {
                    var group = Bounded.Groups[held.Group];
                    var rules = state.Rules.ToArray().Where(rule => Bounded.Rules[rule.Rule].Group == held.Group).Sum(rule => rule.Points);
                    if (!Near(rules - held.Clip, held.Points) || held.Points > (group.Cap ?? 0) + 1e-9 || held.Points < (group.Floor ?? 0) - 1e-9)
                        return false;
                }
            }

            var parts = ContactExplanation.Of(Bounded, Samples.Traits(), state, Samples.Day(2), duplicates: 3);
            return Near(parts.Sum(part => part.Points), state.PointsAt(Bounded, Samples.Day(2)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Restore_AtAnyPoint_GoesOnWithTheSameBits() =>
        Prop.ForAll(Long.Zip(Gen.Choose(0, 100)).ToArbitrary(), sample =>
        {
            var (history, percent) = sample;
            var cut = history.Length * percent / 100;
            var live = Play(Bounded, history);
            var before = Play(Bounded, history.Take(cut)).Contents;
            var watch = BurstWatch.Restore(null, before.Watch.Signals, before.Watch.Gifts);
            var restored = IntentState.Restore(before with { Watch = watch });
            foreach (var signal in history.Skip(cut))
                signal.SendTo(restored, Bounded);
            return live.Groups.SequenceEqual(restored.Groups)
                && live.Rules.SequenceEqual(restored.Rules)
                && live.Held.SequenceEqual(restored.Held)
                && live.Machines == restored.Machines
                && live.EngagedAt == restored.EngagedAt
                && live.Velocity == restored.Velocity
                && live.Contents.Latest.SequenceEqual(restored.Contents.Latest)
                && live.Contents.Watch!.Signals.SequenceEqual(restored.Contents.Watch!.Signals)
                && live.Contents.Watch.Gifts.SequenceEqual(restored.Contents.Watch.Gifts);
        }).QuickCheckThrowOnFailure();

    // A scanner's, or one of four of the watched types that lie within 20 seconds.
    private static bool IsMachine(Signal signal, Signal[] history) =>
        signal.Agent || (signal.Type < 2 && history.Any(oldest =>
            oldest.Type < 2 && oldest.At <= signal.At && signal.At - oldest.At <= TimeSpan.FromSeconds(20)
            && history.Count(other => other.Type < 2 && other.At >= oldest.At && other.At - oldest.At <= TimeSpan.FromSeconds(20)) >= 4));

    private static double Left(Signal signal, double points, double halfLifeDays, Instant at) =>
        points * Math.Pow(2, -(at - signal.At).TotalDays / halfLifeDays);

    private static IntentState Play(ScoringModel model, IEnumerable<Signal> history)
    {
        var state = new IntentState();
        foreach (var signal in history)
            signal.SendTo(state, model);
        return state;
    }

    private static bool Near(double first, double second) => Math.Abs(first - second) <= 1e-9;

    public sealed record Signal(int Type, int Key, Instant At, bool Agent)
    {
        internal void SendTo(IntentState state, ScoringModel model) =>
            state.Send(model, $"s{Type}", At, ("k", $"{Key}"), ("user_agent", Agent ? "Mozilla/5.0 (compatible; bingbot/2.0)" : "Mozilla/5.0 Firefox/140.0"));
    }
}
