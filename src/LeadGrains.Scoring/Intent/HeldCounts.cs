namespace LeadGrains.Scoring;

/// <summary>How many signals limits held back, ordered by the rules' places in the model, then by limit.</summary>
internal struct HeldCounts
{
    private ArenaList<HeldCount> _counts;

    public HeldCounts(ListArena? arena, ReadOnlySpan<HeldCount> counts) => _counts = new(arena, counts);

    public readonly ReadOnlySpan<HeldCount> Items => _counts.Items;

    /// <summary>Counts a signal that matched, where the outcome is that a limit held it back.</summary>
    public void Count(ListArena? arena, int rule, RuleOutcome outcome)
    {
        if (outcome is not (RuleOutcome.DayFull or RuleOutcome.SeenBefore or RuleOutcome.TooOld or RuleOutcome.Superseded))
            return;
        var counts = _counts.Items;
        var i = 0;
        while (i < counts.Length && (counts[i].Rule < rule || (counts[i].Rule == rule && counts[i].Outcome < outcome)))
            i++;
        if (i == counts.Length || counts[i].Rule != rule || counts[i].Outcome != outcome)
            _counts.Insert(arena, i, new HeldCount(rule, outcome, 0));
        ref var held = ref _counts.Items[i];
        held = held with { Count = Saturating.Increment(held.Count) };
    }

    /// <summary>Counts one less that was counted.</summary>
    public void Uncount(int rule, RuleOutcome outcome)
    {
        var counts = _counts.Items;
        var i = 0;
        while (counts[i].Rule != rule || counts[i].Outcome != outcome)
            i++;
        ref var held = ref counts[i];
        held = held with { Count = held.Count - 1 };
        if (held.Count == 0)
            _counts.Remove(i);
    }

    public void Release(ListArena? arena) => _counts.Release(arena);
}
