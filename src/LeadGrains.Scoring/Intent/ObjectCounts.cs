namespace LeadGrains.Scoring;

/// <summary>
/// The 64 newest (rule, object) that counted for a grain, ordered by scoring instant. Where a new one finds the table
/// full, the oldest is dropped. One older than all of a full table counts and is not kept.
/// </summary>
internal struct ObjectCounts
{
    public const int Kept = 64;

    private ObjectCount[]? _counts;
    private int _length;

    public ObjectCounts(ReadOnlySpan<ObjectCount> counts)
    {
        _counts = counts.IsEmpty ? null : counts.ToArray();
        _length = counts.Length;
    }

    public readonly ReadOnlySpan<ObjectCount> Items => _counts.AsSpan(0, _length);

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
    public void Add(ObjectCount count)
    {
        var at = _length;
        while (at > 0 && _counts![at - 1].At > count.At)
            at--;
        if (_length == Kept)
        {
            if (at == 0)
                return;
            _counts.AsSpan(1, --at).CopyTo(_counts);
            _counts![at] = count;
            return;
        }

        SortedArray.Insert(ref _counts, ref _length, at, count);
    }

    /// <summary>Forgets that a signal counted, if it is kept.</summary>
    public void Remove(ObjectCount count)
    {
        var at = Items.IndexOf(count);
        if (at < 0)
            return;
        _counts.AsSpan(at + 1, _length - at - 1).CopyTo(_counts.AsSpan(at));
        _length--;
    }
}
