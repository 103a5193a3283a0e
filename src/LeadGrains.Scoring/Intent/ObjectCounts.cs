namespace LeadGrains.Scoring;

/// <summary>
/// The 64 newest (rule, object) that counted for a grain, ordered by scoring instant. Where a new one finds the table
/// full, the oldest is dropped. One older than all of a full table counts and is not kept.
/// </summary>
internal struct ObjectCounts
{
    public const int Kept = 64;

    private ArenaList<ObjectCount> _counts;

    public ObjectCounts(ListArena? arena, ReadOnlySpan<ObjectCount> counts) => _counts = new(arena, counts);

    public readonly ReadOnlySpan<ObjectCount> Items => _counts.Items;

    /// <summary>Whether no signal of the object counted for that rule at most so long before or after.</summary>
    public readonly bool IsFree(ObjectCount asked, TimeSpan within)
    {
        foreach (var held in Items)
        {
            if (held.About == asked.About && held.Rule == asked.Rule
                && held.At - asked.At <= within && asked.At - held.At <= within)
                return false;
        }

        return true;
    }

    /// <summary>Remembers that a signal counted.</summary>
    public void Add(ListArena? arena, ObjectCount count)
    {
        var counts = _counts.Items;
        var at = counts.Length;
        while (at > 0 && counts[at - 1].At > count.At)
            at--;
        if (counts.Length == Kept)
        {
            if (at == 0)
                return;
            _counts.Remove(0);
            at--;
        }

        _counts.Insert(arena, at, count);
    }

    /// <summary>Forgets that a signal counted, if it is kept.</summary>
    public void Remove(ObjectCount count)
    {
        var at = Items.IndexOf(count);
        if (at >= 0)
            _counts.Remove(at);
    }

    public void Release(ListArena? arena) => _counts.Release(arena);
}
