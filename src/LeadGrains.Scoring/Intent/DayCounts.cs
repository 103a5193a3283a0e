namespace LeadGrains.Scoring;

/// <summary>
/// The 64 newest (rule, day) counts of a grain, ordered by day, then by rule. Where a new one finds the table full, the
/// oldest is dropped: the earliest day, of those the lowest rule. A day older than all of a full table starts at 0 with
/// every signal and is not kept, so a signal for it always counts. What was dropped never returns, since the oldest day
/// kept only moves forward; hence the counts kept do not depend on the order of arrival.
/// </summary>
internal struct DayCounts
{
    public const int Kept = 64;

    private ArenaList<DayCount> _counts;

    public DayCounts(ListArena? arena, ReadOnlySpan<DayCount> counts) => _counts = new(arena, counts);

    public readonly ReadOnlySpan<DayCount> Items => _counts.Items;

    /// <summary>Counts a signal towards its rule's daily limit, unless that is reached.</summary>
    public bool Admits(ListArena? arena, ScoringRule rule, Instant at) =>
        rule.PerDay is not { } limit || TryCount(arena, rule.Index, at.UtcDay, limit);

    /// <summary>Counts one more signal of that rule and day, unless the limit, at least 1, is reached.</summary>
    public bool TryCount(ListArena? arena, int rule, int day, uint limit)
    {
        // Signals come in about their own order, so the day sought is nearly always the last.
        var counts = _counts.Items;
        var after = counts.Length;
        while (after > 0 && IsAfter(counts[after - 1], rule, day))
            after--;

        if (after > 0 && counts[after - 1] is var held && held.Day == day && held.Rule == rule)
        {
            if (held.Count >= limit)
                return false;
            counts[after - 1] = held with { Count = held.Count + 1 };
            return true;
        }

        Insert(arena, after, new DayCount(rule, day, 1));
        return true;
    }

    /// <summary>Counts one signal less of that rule and day, if it is kept.</summary>
    public void Uncount(int rule, int day)
    {
        var counts = _counts.Items;
        for (var i = 0; i < counts.Length; i++)
        {
            ref var held = ref counts[i];
            if (held.Rule != rule || held.Day != day)
                continue;
            held = held with { Count = held.Count - 1 };
            if (held.Count == 0)
                _counts.Remove(i);
            return;
        }
    }

    public void Release(ListArena? arena) => _counts.Release(arena);

    private static bool IsAfter(DayCount count, int rule, int day) =>
        count.Day > day || (count.Day == day && count.Rule > rule);

    private void Insert(ListArena? arena, int at, DayCount count)
    {
        if (_counts.Length == Kept)
        {
            if (at == 0)
                return;
            _counts.Remove(0);
            at--;
        }

        _counts.Insert(arena, at, count);
    }
}
