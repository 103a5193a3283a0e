namespace LeadGrains.Scoring;

/// <summary>
/// One grain's own decaying points: a contact's, or those of signals about an account. What it holds depends on the
/// signals and the model only; where no cap, floor or limit was hit and no windowed rule's list was full, not on the
/// order in which they came.
/// Not safe for several threads.
/// </summary>
public sealed class IntentState
{
    private GroupIntents _groups;
    private RuleIntents _rules;
    private DayCounts _days;
    private WindowStates _windows;
    private ObjectCounts _objects;
    private Velocity _velocity;

    /// <summary>No rule ever counted a signal.</summary>
    public bool IsEmpty => _rules.Items.IsEmpty && _windows.Items.IsEmpty;

    /// <summary>By group, for storing; good until the next signal.</summary>
    public ReadOnlySpan<GroupIntent> Groups => _groups.Items;

    /// <summary>By rule, for storing; good until the next signal.</summary>
    public ReadOnlySpan<RuleIntent> Rules => _rules.Items;

    /// <summary>By rule and day, for storing; good until the next signal.</summary>
    public ReadOnlySpan<DayCount> DayCounts => _days.Items;

    /// <summary>By rule and object, for storing; good until the next signal.</summary>
    public ReadOnlySpan<ObjectCount> ObjectCounts => _objects.Items;

    /// <summary>By windowed rule, for storing; good until the next signal.</summary>
    public ReadOnlySpan<WindowState> Windows => _windows.Items;

    /// <summary>Undecayed points by day, after daily limits, caps and floors.</summary>
    public ref readonly Velocity Velocity => ref _velocity;

    /// <summary>What was stored before, in the order that it was given out, under the same model.</summary>
    public static IntentState Restore(
        ReadOnlySpan<GroupIntent> groups,
        ReadOnlySpan<RuleIntent> rules,
        ReadOnlySpan<DayCount> dayCounts,
        ReadOnlySpan<ObjectCount> objectCounts,
        ReadOnlySpan<WindowState> windows,
        Velocity velocity) =>
        new()
        {
            _groups = new GroupIntents(groups),
            _rules = new RuleIntents(rules),
            _days = new DayCounts(dayCounts),
            _objects = new ObjectCounts(objectCounts),
            _windows = new WindowStates(windows),
            _velocity = velocity,
        };

    /// <summary>Scores one signal that is no duplicate: every rule on its type whose conditions hold and whose limits are not reached.</summary>
    /// <param name="model">The model that all of this state was scored under.</param>
    /// <param name="type">The signal's type, UTF-8.</param>
    /// <param name="scoringInstant">The earlier of when it occurred and when it was received.</param>
    /// <param name="attributes">The signal's attributes.</param>
    /// <param name="trace">Is told what became of the signal; what it held before is gone.</param>
    public SignalEffect Apply<TAttributes>(
        ScoringModel model, ReadOnlySpan<byte> type, Instant scoringInstant, in TAttributes attributes, SignalTrace? trace = null)
        where TAttributes : IAttributes, allows ref struct
    {
        trace?.Clear();
        var channel = model.Channels?.ChannelOf(in attributes) ?? 0;
        var found = new FoundAttribute { Slot = -1 };
        var matched = false;
        var engaged = false;
        foreach (var rule in model.RulesFor(type))
        {
            if (!rule.Matches(in attributes, ref found))
            {
                trace?.Add(rule, RuleOutcome.NoMatch);
                continue;
            }

            var points = model.PointsOf(rule, channel);
            var outcome = rule.IsPlain
                ? GivePlain(model, rule, points, scoringInstant)
                : Give(model, rule, type, channel, scoringInstant, in attributes, ref points);
            trace?.Add(rule, outcome);
            if (outcome != RuleOutcome.Counted)
                continue;
            matched = true;
            engaged |= points > 0;
        }

        return new SignalEffect(matched, engaged);
    }

    /// <summary>Intent points at that instant. A group that has seen a later one counts as it stands.</summary>
    public double PointsAt(ScoringModel model, Instant at)
    {
        double points = 0;
        foreach (var held in Groups)
            points += held.Points * Decay.Left(held.At, at, model.Groups[held.Group].HalfLife);
        return points;
    }

    /// <summary>Writes one sum for each of the model's columns, relative to the column's landmark.</summary>
    /// <param name="model">The model that this was scored under.</param>
    /// <param name="landmarks">One for each column.</param>
    /// <param name="sums">One for each column; overwritten.</param>
    public void SumsInto(ScoringModel model, ReadOnlySpan<Landmark> landmarks, Span<double> sums)
    {
        sums[..model.Columns.Length].Clear();
        foreach (var held in Groups)
        {
            var group = model.Groups[held.Group];
            sums[group.Column] += held.Points * landmarks[group.Column].WeightOf(held.At, group.HalfLife);
        }
    }

    private bool IsWithinDay(ScoringRule rule, Instant scoringInstant) =>
        rule.PerDay is not { } limit || _days.TryCount(rule.Index, scoringInstant.UtcDay, limit);

    private RuleOutcome GivePlain(ScoringModel model, ScoringRule rule, double points, Instant at)
    {
        if (!IsWithinDay(rule, at))
            return RuleOutcome.DayFull;
        Add(model, rule, points, at);
        return RuleOutcome.Counted;
    }

    // For a rule that is not plain: says how many points the signal is worth, of an award those of the whole.
    private RuleOutcome Give<TAttributes>(
        ScoringModel model,
        ScoringRule rule,
        ReadOnlySpan<byte> type,
        byte channel,
        Instant at,
        in TAttributes attributes,
        ref double points)
        where TAttributes : IAttributes, allows ref struct
    {
        var about = rule.OncePer?.ObjectOf(in attributes);
        if (about is { } asked && !_objects.IsFree(new ObjectCount(rule.Index, asked, at), rule.OncePer!.Within))
            return RuleOutcome.SeenBefore;
        if (rule.Scale is { } scale)
        {
            if (scale.ShareOf(in attributes) is not { } share)
                return RuleOutcome.NoNumber;
            points *= share;
        }

        var outcome = rule.Window is { } window
            ? Keep(model, rule, window, new KeptSignal(at, window.StepOf(type), rule.HasChannel ? channel : (byte)0, SignalUse.Free))
            : GivePlain(model, rule, points, at);
        if (outcome == RuleOutcome.Counted && about is { } counted)
            _objects.Add(new ObjectCount(rule.Index, counted, at));
        return outcome;
    }

    // The group's instant follows every signal that counts, whether it brings an award at once or not: else it would
    // depend on the order of arrival.
    private RuleOutcome Keep(ScoringModel model, ScoringRule rule, RuleWindow window, KeptSignal signal)
    {
        var state = _windows.Of(rule.Index);
        var place = state.PlaceOf(window, signal);
        if (place < 0)
            return RuleOutcome.TooOld;
        if (!IsWithinDay(rule, signal.At))
            return RuleOutcome.DayFull;
        place = state.Insert(window, place, signal);
        Reach(model, model.Groups[rule.Group], signal.At);
        if (place < state.Signals.Length - 1)
            Restate(model, rule, window, state, place);
        else if (window.Append(state.Marks) is > 0 and var share)
            Add(model, rule, share * model.PointsOf(rule, signal.Via), signal.At);
        return RuleOutcome.Counted;
    }

    private void Restate(ScoringModel model, ScoringRule rule, RuleWindow window, WindowState state, int place)
    {
        Span<double> changes = stackalloc double[WindowState.Most];
        changes = changes[..state.Signals.Length];
        window.Insert(state.Marks, place, changes);
        var withdrawn = 0u;
        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i] >= 0)
                continue;
            Withdraw(model, rule, -changes[i] * model.PointsOf(rule, state.Signals[i].Via), state.Signals[i].At);
            withdrawn++;
        }

        for (var i = 0; i < changes.Length; i++)
        {
            if (changes[i] > 0)
                Add(model, rule, changes[i] * model.PointsOf(rule, state.Signals[i].Via), state.Signals[i].At);
        }

        if (window.GivesAwards && withdrawn > 0)
            _rules.Recount(rule.Index, withdrawn, NewestAward(state.Signals));
    }

    // A signal more never takes the last award of a list away.
    private static Instant NewestAward(ReadOnlySpan<KeptSignal> signals)
    {
        var i = signals.Length - 1;
        while (signals[i].Use != SignalUse.Awarded)
            i--;
        return signals[i].At;
    }

    private ref GroupIntent Reach(ScoringModel model, ScoringGroup group, Instant at)
    {
        ref var held = ref _groups.Of(group.Index, at);
        if (at > held.At)
            Advance(model, group, ref held, at);
        return ref held;
    }

    private void Add(ScoringModel model, ScoringRule rule, double undecayed, Instant scoringInstant)
    {
        var group = model.Groups[rule.Group];
        ref var held = ref Reach(model, group, scoringInstant);
        var points = undecayed;
        if (scoringInstant < held.At)
            points *= Decay.Factor((held.At - scoringInstant).Ticks, group.HalfLife);
        _rules.Add(rule.Index, points, scoringInstant);

        var sum = held.Points + points;
        var bounded = group.Bounded(sum);
        if (bounded == sum)
        {
            held = held with { Points = sum };
            _velocity.Add(scoringInstant.UtcDay, undecayed);
            return;
        }

        // Stated anew from the rules, so that rounding does not add up over a million signals at the cap.
        held = held with { Points = bounded, Clip = _rules.PointsOf(model.GroupOfRule, rule.Group) - bounded };
        var kept = 1 - (sum - bounded) / points;
        _velocity.Add(scoringInstant.UtcDay, undecayed * kept);
    }

    // What cap or floor took away goes first, so that a cap which would not have been hit without these points holds
    // nothing back after them, and points never change their sign.
    private void Withdraw(ScoringModel model, ScoringRule rule, double undecayed, Instant scoringInstant)
    {
        var group = model.Groups[rule.Group];
        ref var held = ref _groups.Of(rule.Group, scoringInstant);
        var points = undecayed * Decay.Factor((held.At - scoringInstant).Ticks, group.HalfLife);
        _rules.Withdraw(rule.Index, points);

        var clipped = points > 0 ? Math.Clamp(held.Clip, 0, points) : Math.Clamp(held.Clip, points, 0);
        var sum = held.Points - (points - clipped);
        var left = group.Bounded(sum);
        var given = points == 0 ? 1 : (held.Points - left) / points;
        var clips = held.Clip != clipped || left != sum;
        held = held with { Points = left, Clip = clips ? _rules.PointsOf(model.GroupOfRule, rule.Group) - left : 0 };
        _velocity.Add(scoringInstant.UtcDay, -undecayed * given);
    }

    private void Advance(ScoringModel model, ScoringGroup group, ref GroupIntent held, Instant to)
    {
        var factor = Decay.Factor((to - held.At).Ticks, group.HalfLife);
        _rules.Fade(model.GroupOfRule, group.Index, factor);
        held = new GroupIntent(held.Group, to, held.Points * factor, held.Clip * factor);
    }
}
