using System.Diagnostics.CodeAnalysis;

namespace LeadGrains.Scoring;

/// <summary>
/// A grain's points by group, by rule and by day. After every change, the points of a group's rules less its clip are the
/// group's points.
/// </summary>
internal struct PointLedger(ListArena? arena, ReadOnlySpan<GroupIntent> groups, ReadOnlySpan<RuleIntent> rules, Velocity velocity)
{
    private GroupIntents _groups = new(arena, groups);
    private RuleIntents _rules = new(arena, rules);
    private Velocity _velocity = velocity;

    /// <summary>Where the grain's lists lie.</summary>
    public readonly ListArena? Arena => arena;

    public readonly ReadOnlySpan<GroupIntent> Groups => _groups.Items;

    public readonly ReadOnlySpan<RuleIntent> Rules => _rules.Items;

    [UnscopedRef]
    public readonly ref readonly Velocity Velocity => ref _velocity;

    /// <summary>The groups that may have changed since this was asked last.</summary>
    public GroupSet TakeChangedGroups() => _groups.TakeChanged();

    /// <summary>Points at that instant. A group that has seen a later one counts as it stands.</summary>
    public readonly double PointsAt(ScoringModel model, Instant at)
    {
        double points = 0;
        foreach (var held in Groups)
            points += held.Points * Decay.Left(held.At, at, model.Groups[held.Group].HalfLife);
        return points;
    }

    /// <summary>Writes the sums of the columns that some of these groups belong to, and leaves the others as they are.</summary>
    /// <returns>The columns that were written.</returns>
    public readonly GroupSet SumsInto(ScoringModel model, ReadOnlySpan<Landmark> landmarks, Span<double> sums, GroupSet groups)
    {
        var columns = groups == GroupSet.All ? groups : ColumnsOf(model, groups);
        for (var column = 0; column < model.Columns.Length; column++)
        {
            if (columns.Holds(column))
                sums[column] = 0;
        }

        foreach (var held in Groups)
        {
            var group = model.Groups[held.Group];
            if (columns.Holds(group.Column))
                sums[group.Column] += held.Points * landmarks[group.Column].WeightOf(held.At, group.HalfLife);
        }

        return columns;
    }

    /// <summary>Has the processor fetch what adding points looks at.</summary>
    public readonly void Fetch()
    {
        CacheLine.Fetch(_groups.Items);
        CacheLine.Fetch(_rules.Items);
    }

    /// <summary>Lets a group see an instant.</summary>
    [UnscopedRef]
    public ref GroupIntent Reach(ScoringModel model, ScoringGroup group, Instant at)
    {
        ref var held = ref _groups.Of(arena, group.Index, at);
        if (at > held.At)
            Advance(model, group, ref held, at);
        return ref held;
    }

    /// <summary>Adds a rule's points.</summary>
    public void Add(ScoringModel model, ScoringRule rule, double undecayed, Instant scoringInstant)
    {
        var group = model.Groups[rule.Group];
        ref var held = ref Reach(model, group, scoringInstant);
        var points = undecayed;
        if (scoringInstant < held.At)
            points *= Decay.Factor((held.At - scoringInstant).Ticks, group.HalfLife);
        _rules.Add(arena, rule.Index, points, scoringInstant);

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

    /// <summary>
    /// Takes a rule's points back. What cap or floor took away goes first, so that a cap which would not have been hit
    /// without these points holds nothing back after them, and points never change their sign.
    /// </summary>
    public void Withdraw(ScoringModel model, ScoringRule rule, double undecayed, Instant scoringInstant)
    {
        var group = model.Groups[rule.Group];
        ref var held = ref _groups.Of(arena, rule.Group, scoringInstant);
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

    /// <summary>Counts awards no more that were withdrawn.</summary>
    public readonly void Recount(int rule, uint withdrawn, Instant newest) => _rules.Recount(rule, withdrawn, newest);

    /// <summary>Counts a signal no more whose points were withdrawn.</summary>
    public void Uncount(ScoringRule rule, Instant newest)
    {
        var rounding = _rules.Uncount(rule.Index, newest);
        ref var held = ref _groups.Of(arena, rule.Group, newest);
        held = held with { Points = held.Points - rounding };
    }

    public void Release()
    {
        _groups.Release(arena);
        _rules.Release(arena);
    }

    private readonly GroupSet ColumnsOf(ScoringModel model, GroupSet groups)
    {
        var columns = default(GroupSet);
        foreach (var held in Groups)
        {
            if (groups.Holds(held.Group))
                columns = columns.With(model.Groups[held.Group].Column);
        }

        return columns;
    }

    private void Advance(ScoringModel model, ScoringGroup group, ref GroupIntent held, Instant to)
    {
        var factor = Decay.Factor((to - held.At).Ticks, group.HalfLife);
        _rules.Fade(model.GroupOfRule, group.Index, factor);
        held = new GroupIntent(held.Group, to, held.Points * factor, held.Clip * factor);
    }
}
