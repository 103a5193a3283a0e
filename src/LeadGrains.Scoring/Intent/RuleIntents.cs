namespace LeadGrains.Scoring;

/// <summary>The rules that ever counted a signal of a grain, ordered by their place in the model.</summary>
internal struct RuleIntents
{
    private ArenaList<RuleIntent> _items;

    public RuleIntents(ListArena? arena, ReadOnlySpan<RuleIntent> items) => _items = new(arena, items);

    public readonly ReadOnlySpan<RuleIntent> Items => _items.Items;

    /// <summary>Counts a signal whose points are stated as of the group's instant.</summary>
    public void Add(ListArena? arena, int rule, double points, Instant scoringInstant)
    {
        var items = _items.Items;
        var i = 0;
        while (i < items.Length && items[i].Rule < rule)
            i++;
        if (i == items.Length || items[i].Rule != rule)
            _items.Insert(arena, i, new RuleIntent(rule, 0, 0, scoringInstant));

        ref var held = ref _items.Items[i];
        held = new RuleIntent(
            rule,
            held.Points + points,
            Saturating.Increment(held.Count),
            Instant.Later(held.Newest, scoringInstant));
    }

    /// <summary>Takes points back that were stated as of the group's instant.</summary>
    public readonly void Withdraw(int rule, double points)
    {
        ref var held = ref Of(rule);
        held = held with { Points = held.Points - points };
    }

    /// <summary>Counts signals or awards no more that were withdrawn.</summary>
    public readonly void Recount(int rule, uint withdrawn, Instant newest)
    {
        ref var held = ref Of(rule);
        held = held with { Count = held.Count - withdrawn, Newest = newest };
    }

    /// <summary>Counts one signal no more. A rule that counts none is as one that never did.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="newest">The newest of those that it still counts.</param>
    /// <returns>What rounding had left of its points, which goes with it.</returns>
    public double Uncount(int rule, Instant newest)
    {
        ref var held = ref Of(rule);
        if (held.Count > 1)
        {
            held = held with { Count = held.Count - 1, Newest = newest };
            return 0;
        }

        var left = held.Points;
        _items.Remove(Items.IndexOf(held));
        return left;
    }

    /// <summary>Restates the points of a group's rules as of a later instant.</summary>
    public readonly void Fade(ReadOnlySpan<byte> groupOfRule, int group, double factor)
    {
        foreach (ref var held in _items.Items)
        {
            if (groupOfRule[held.Rule] == group)
                held = held with { Points = held.Points * factor };
        }
    }

    /// <summary>The sum of a group's rules, as of the group's instant.</summary>
    public readonly double PointsOf(ReadOnlySpan<byte> groupOfRule, int group)
    {
        double points = 0;
        foreach (var held in Items)
        {
            if (groupOfRule[held.Rule] == group)
                points += held.Points;
        }

        return points;
    }

    public void Release(ListArena? arena) => _items.Release(arena);

    private readonly ref RuleIntent Of(int rule)
    {
        var items = _items.Items;
        var i = 0;
        while (items[i].Rule != rule)
            i++;
        return ref items[i];
    }
}
