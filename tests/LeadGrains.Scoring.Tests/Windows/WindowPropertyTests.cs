using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Windows;

public class WindowPropertyTests
{
    private const string Rules = """
        rules:
          - {name: three, signal: s0, when: {k: {in: ["0", "1"]}}, count: 3, within: 2d, group: a, points: 10}
          - {name: there_and_back, sequence: [s1, s2, s1], within: 3d, group: b, points: 7}
          - {name: away, sequence: [s0, s3], within: 36h, group: c, points: -4}
          - {name: four, sequence: [s3, s2, s1, s0], within: 5d, group: b, points: 20}
          - {name: blog, signal: s2, diminishing: 0.5, within: 1d, group: b, points: 5}
          - {name: scaled, signal: s4, scale: {attribute: k, from: 4, to: 0}, group: a, points: 8}
          - {name: plain, signal: s3, group: a, points: 1}
        """;

    private const string Channels = "channels: {attribute: c, factors: {a: 1.5, b: 0.25}}\n";

    private const string FreeGroups = "groups: {a: {half_life: 3d}, b: {half_life: 20d}, c: {half_life: 60d}}\n";

    private static readonly ScoringModel Free = Samples.Model(FreeGroups + Rules);

    private static readonly ScoringModel Tracked = Samples.Model(Channels + FreeGroups + Rules);

    private static readonly ScoringModel Bounded =
        Samples.Model(Channels + "groups: {a: {half_life: 3d, cap: 12}, b: {half_life: 20d, cap: 30}, c: {half_life: 60d, floor: -7}}\n"
            + Rules.Replace("within: 2d", "per_day: 2, within: 2d").Replace("points: 1}", "points: 1, once_per: {attribute: k, within: 12h}}"));

    private static readonly Gen<Signal> Signals =
        from type in Gen.Choose(0, 4)
        from key in Gen.Choose(0, 2)
        from quarter in Gen.Choose(0, 60)
        from channel in Gen.Choose(0, 2)
        select new Signal(type, key, channel, Samples.Start + TimeSpan.FromHours(6 * quarter));

    // Few enough that no list is full; instants coarse enough that many coincide.
    private static readonly Gen<Signal[]> Short = Signals.ArrayOf().Resize(60);

    private static readonly Gen<Signal[]> Long =
        from length in Gen.Choose(200, 500)
        from signals in Signals.ArrayOf(length)
        from spread in Gen.Choose(1, 8)
        select signals.Select((signal, i) => signal with { At = signal.At + spread * TimeSpan.FromHours(i) }).ToArray();

    [Fact]
    public void Apply_InAnyOrder_GivesTheSame_WhereNoListIsFull() =>
        Prop.ForAll(Short.SelectMany(history => Gen.Shuffle(history).Select(shuffled => (history, shuffled.ToArray()))).ToArbitrary(), sample =>
        {
            var first = Play(Tracked, sample.history);
            var second = Play(Tracked, sample.Item2);
            var days = Enumerable.Range(-1, 30).Select(day => Samples.Day(day)).ToList();
            return days.All(at => Near(first.PointsAt(Tracked, at), second.PointsAt(Tracked, at)))
                && first.Groups.ToArray().Select(group => group.At).SequenceEqual(second.Groups.ToArray().Select(group => group.At))
                && first.Rules.Length == second.Rules.Length
                && first.Rules.ToArray().Zip(second.Rules.ToArray()).All(pair =>
                    Near(pair.First.Points, pair.Second.Points)
                    && pair.First with { Points = 0 } == pair.Second with { Points = 0 })
                && AreAlike(first, second)
                && days.All(at => at < Samples.Day(15) || Near(first.Velocity.At(at.UtcDay), second.Velocity.At(at.UtcDay)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void PointsAt_IsWhatTheDefinitionsGive_WhereNoListIsFull() =>
        Prop.ForAll(Short.ToArbitrary(), history =>
        {
            var state = Play(Free, history);
            var at = Samples.Day(20);
            return Free.Rules.All(rule =>
            {
                var awards = Awards(rule.Name, history).ToList();
                var held = state.Rules.ToArray().SingleOrDefault(held => held.Rule == rule.Index);
                var halfLife = Free.Groups[rule.Group].HalfLife;
                var left = Decay.Factor((at - GroupAt(state, rule.Group)).Ticks, halfLife);
                var expected = awards.Sum(award => rule.Points * award.Share * Decay.Factor((at - award.At).Ticks, halfLife));
                return Near(held.Points * left, expected)
                    && held.Count == awards.Count
                    && (awards.Count == 0 || held.Newest == awards.Max(award => award.At));
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Marks_WhenListsAreFull_FollowFromWhatIsKept() =>
        Prop.ForAll(Long.ToArbitrary(), history =>
        {
            var state = Play(Bounded, history);
            return Kept(state).Any(window => window.Settled > Instant.Min) && Kept(state).All(window =>
            {
                var rule = Bounded.Rules[window.Rule].Window!;
                var again = window.Signals.Select(signal => signal with { Use = SignalUse.Free }).ToArray();
                for (var i = 1; i <= again.Length; i++)
                    rule.Append(again.AsSpan(0, i));
                return window.Signals.SequenceEqual(again)
                    && window.Signals.Length <= WindowState.Most
                    && window.Signals[0].At >= window.Settled;
            });
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Groups_WhenListsAreFullAndCapsAreHit_NeverChangeSign() =>
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
                    if (!Near(rules - held.Clip, held.Points)
                        || held.Points > (group.Cap ?? 1e-9) + 1e-9
                        || held.Points < (group.Floor ?? -1e-9) - 1e-9)
                        return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Explanation_ForAnyHistoryAtAnyInstant_AddsUpToThePoints() =>
        Prop.ForAll(Long.Zip(Gen.Choose(0, 2000)).ToArbitrary(), sample =>
        {
            var (history, hour) = sample;
            var at = Samples.Start + TimeSpan.FromHours(hour);
            var state = Play(Bounded, history);
            var sum = ContactExplanation.Of(Bounded, Samples.Traits(), state, at).Sum(part => part.Points);
            return Near(sum, state.PointsAt(Bounded, at));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Restore_AtAnyPoint_GoesOnWithTheSameBits() =>
        Prop.ForAll(Long.Zip(Gen.Choose(0, 100)).ToArbitrary(), sample =>
        {
            var (history, percent) = sample;
            var cut = history.Length * percent / 100;
            var live = Play(Bounded, history);
            var before = Play(Bounded, history.Take(cut));
            var windows = default(WindowStates);
            foreach (var (rule, settled, signals) in Kept(before))
                windows.Restore(null, rule, settled, signals);
            var restored = IntentState.Restore(before.Contents with { Windows = windows });
            foreach (var signal in history.Skip(cut))
                signal.SendTo(restored, Bounded);
            return live.Groups.SequenceEqual(restored.Groups)
                && live.Rules.SequenceEqual(restored.Rules)
                && live.Contents.ObjectCounts.SequenceEqual(restored.Contents.ObjectCounts)
                && live.Velocity == restored.Velocity
                && AreAlike(live, restored);
        }).QuickCheckThrowOnFailure();

    private static List<(int Rule, Instant Settled, KeptSignal[] Signals)> Kept(IntentState state)
    {
        var windows = state.Contents.Windows;
        var kept = new List<(int Rule, Instant Settled, KeptSignal[] Signals)>();
        for (var i = 0; i < windows.Count; i++)
            kept.Add((windows[i].Rule, windows[i].Settled, windows[i].Signals.ToArray()));
        return kept;
    }

    private static bool AreAlike(IntentState first, IntentState second) => Kept(first).Count == Kept(second).Count
        && Kept(first).Zip(Kept(second)).All(pair => pair.First.Rule == pair.Second.Rule
            && pair.First.Settled == pair.Second.Settled && pair.First.Signals.SequenceEqual(pair.Second.Signals));

    private static IEnumerable<(Instant At, double Share)> Awards(string rule, Signal[] history)
    {
        var typed = history.Select(signal => ($"s{signal.Type}", signal.At)).ToList();
        return rule switch
        {
            "three" => Whole(WindowOracle.Counts(Of(history, 0).Where(signal => signal.Key < 2).Select(signal => signal.At), 3, TimeSpan.FromDays(2))),
            "there_and_back" => Whole(WindowOracle.Sequences(typed, ["s1", "s2", "s1"], TimeSpan.FromDays(3))),
            "away" => Whole(WindowOracle.Sequences(typed, ["s0", "s3"], TimeSpan.FromHours(36))),
            "four" => Whole(WindowOracle.Sequences(typed, ["s3", "s2", "s1", "s0"], TimeSpan.FromDays(5))),
            "blog" => WindowOracle.Diminished(Of(history, 2).Select(signal => signal.At), 0.5, TimeSpan.FromDays(1)),
            "scaled" => Of(history, 4).Select(signal => (signal.At, (4 - signal.Key) / 4.0)),
            _ => Whole(Of(history, 3).Select(signal => signal.At)),
        };
    }

    private static IEnumerable<(Instant At, double Share)> Whole(IEnumerable<Instant> awards) => awards.Select(at => (at, 1.0));

    private static IEnumerable<Signal> Of(Signal[] history, int type) => history.Where(signal => signal.Type == type);

    private static Instant GroupAt(IntentState state, int group)
    {
        foreach (var held in state.Groups)
        {
            if (held.Group == group)
                return held.At;
        }

        return Samples.Start;
    }

    private static IntentState Play(ScoringModel model, IEnumerable<Signal> history)
    {
        var state = new IntentState();
        foreach (var signal in history)
            signal.SendTo(state, model);
        return state;
    }

    private static bool Near(double first, double second) => Math.Abs(first - second) <= 1e-9;

    public sealed record Signal(int Type, int Key, int Channel, Instant At)
    {
        internal void SendTo(IntentState state, ScoringModel model) => state.Send(model, $"s{Type}", At, ("k", $"{Key}"), ("c", "xAb"[Channel..][..1]));
    }
}
