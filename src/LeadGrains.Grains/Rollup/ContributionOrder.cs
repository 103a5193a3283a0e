namespace LeadGrains.Grains.Rollup;

/// <summary>
/// The order in which an account's contributions are summed, which does not depend on when they came: by the contacts'
/// key hashes, where these are equal by their ids. One thread at a time.
/// </summary>
internal sealed class ContributionOrder(ContributionRecords records)
{
    private int[] _slots = [];
    private ulong[] _hashes = [];

    /// <summary>The slots of a list in order; good until the next call.</summary>
    /// <param name="first">The list's first slot; -1 where it is empty.</param>
    /// <param name="count">Its length.</param>
    public ReadOnlySpan<int> Of(int first, int count)
    {
        if (_slots.Length < count)
        {
            _slots = new int[count * 2];
            _hashes = new ulong[count * 2];
        }

        var next = first;
        for (var i = 0; i < count; i++)
        {
            _slots[i] = next;
            _hashes[i] = records.ContactHashOf(next);
            next = records[next].NextAfter - 1;
        }

        Array.Sort(_hashes, _slots, 0, count);
        for (var i = 1; i < count; i++)
        {
            if (_hashes[i] == _hashes[i - 1])
                MoveDown(i);
        }

        return _slots.AsSpan(0, count);
    }

    private void MoveDown(int at)
    {
        for (; at > 0 && _hashes[at - 1] == _hashes[at]; at--)
        {
            if (records.ContactIdOf(_slots[at - 1]).SequenceCompareTo(records.ContactIdOf(_slots[at])) <= 0)
                return;
            (_slots[at - 1], _slots[at]) = (_slots[at], _slots[at - 1]);
        }
    }
}
