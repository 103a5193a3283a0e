using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>Finds rows whose guard has passed, a bounded number at a time, going round the slots. One thread at a time.</summary>
internal sealed class GuardSweep(RankColumns columns)
{
    private int _next;

    /// <summary>
    /// Writes slots that are known and due, each at most once, and returns how many. It goes on where the last call
    /// stopped; fewer than there is room for means that all slots were looked at.
    /// </summary>
    /// <param name="now">Due is what has its guard at or before this.</param>
    /// <param name="slots">Room for the slots.</param>
    public int Find(Instant now, Span<int> slots)
    {
        var all = columns.Keys.Slots;
        var found = 0;
        for (var looked = 0; looked < all && found < slots.Length; looked++)
        {
            if (_next >= all)
                _next = 0;
            var slot = _next++;
            if (columns.GuardAt[slot] <= now.Ticks && columns.Has(slot, RankFlags.Known))
                slots[found++] = slot;
        }

        return found;
    }
}
