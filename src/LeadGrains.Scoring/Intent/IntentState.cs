namespace LeadGrains.Scoring;

/// <summary>
/// One grain's own decaying points: a contact's, or those of signals about an account. What it holds depends on the
/// signals and the model only; where no cap, floor or daily limit was hit, not on the order in which they came.
/// Not safe for several threads.
/// </summary>
public sealed class IntentState
{
    private GroupIntents _groups;
    private RuleIntents _rules;
    private DayCounts _days;
    private Velocity _velocity;

    /// <summary>No rule ever counted a signal.</summary>
    public bool IsEmpty => _rules.Items.IsEmpty;

    /// <summary>By group, for storing; good until the next signal.</summary>
    public ReadOnlySpan<GroupIntent> Groups => _groups.Items;

    /// <summary>By rule, for storing; good until the next signal.</summary>
    public ReadOnlySpan<RuleIntent> Rules => _rules.Items;

    /// <summary>By rule and day, for storing; good until the next signal.</summary>
    public ReadOnlySpan<DayCount> DayCounts => _days.Items;

    /// <summary>Undecayed points by day, after daily limits, caps and floors.</summary>
    public ref readonly Velocity Velocity => ref _velocity;

    /// <summary>What was stored before, in the order that it was given out, under the same model.</summary>
    public static IntentState Restore(
        ReadOnlySpan<GroupIntent> groups, ReadOnlySpan<RuleIntent> rules, ReadOnlySpan<DayCount> dayCounts, Velocity velocity) =>
        new()
        {
            _groups = new GroupIntents(groups),
            _rules = new RuleIntents(rules),
            _days = new DayCounts(dayCounts),
            _velocity = velocity,
        };

    /// <summary>Scores one signal that is no duplicate: every rule on its type whose conditions hold and whose daily limit is not reached.</summary>
    /// <param name="model">The model that all of this state was scored under.</param>
    /// <param name="type">The signal's type, UTF-8.</param>
    /// <param name="scoringInstant">The earlier of when it occurred and when it was received.</param>
    /// <param name="attributes">The signal's attributes.</param>
    public SignalEffect Apply<TAttributes>(
        ScoringModel model, ReadOnlySpan<byte> type, Instant scoringInstant, in TAttributes attributes)
        where TAttributes : IAttributes, allows ref struct
    {
        var found = new FoundAttribute { Slot = -1 };
        var matched = false;
        var engaged = false;
        foreach (var rule in model.RulesFor(type))
        {
            if (!rule.Matches(in attributes, ref found) || !IsWithinDay(rule, scoringInstant))
                continue;
            Add(model, rule, scoringInstant);
            matched = true;
            engaged |= rule.Points > 0;
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

    private void Add(ScoringModel model, ScoringRule rule, Instant scoringInstant)
    {
        var group = model.Groups[rule.Group];
        ref var held = ref _groups.Of(rule.Group, scoringInstant);
        var points = rule.Points;
        if (scoringInstant > held.At)
            Advance(model, group, ref held, scoringInstant);
        else if (scoringInstant < held.At)
            points *= Decay.Factor((held.At - scoringInstant).Ticks, group.HalfLife);
        _rules.Add(rule.Index, points, scoringInstant);

        var sum = held.Points + points;
        var bounded = group.Bounded(sum);
        if (bounded == sum)
        {
            held = held with { Points = sum };
            _velocity.Add(scoringInstant.UtcDay, rule.Points);
            return;
        }

        // Stated anew from the rules, so that rounding does not add up over a million signals at the cap.
        held = held with { Points = bounded, Clip = _rules.PointsOf(model.GroupOfRule, rule.Group) - bounded };
        var kept = 1 - (sum - bounded) / points;
        _velocity.Add(scoringInstant.UtcDay, rule.Points * kept);
    }

    private void Advance(ScoringModel model, ScoringGroup group, ref GroupIntent held, Instant to)
    {
        var factor = Decay.Factor((to - held.At).Ticks, group.HalfLife);
        _rules.Fade(model.GroupOfRule, group.Index, factor);
        held = new GroupIntent(held.Group, to, held.Points * factor, held.Clip * factor);
    }
}
