namespace LeadGrains.Grains.Rollup;

/// <summary>The order in which an account's contributions are summed, which does not depend on when they came.</summary>
internal static class ContributionOrder
{
    /// <summary>The slots of a list by the contacts' key hashes, those of equal hash by their ids.</summary>
    /// <param name="records">Where the list is.</param>
    /// <param name="first">Its first slot; -1 where it is empty.</param>
    /// <param name="count">Its length.</param>
    public static int[] Of(ContributionRecords records, int first, int count)
    {
        var slots = new int[count];
        var hashes = new ulong[count];
        var next = first;
        for (var i = 0; i < count; i++)
        {
            slots[i] = next;
            hashes[i] = records.Keys.HashOf(next);
            next = records[next].NextAfter - 1;
        }

        Array.Sort(hashes, slots);
        for (var i = 1; i < count; i++)
        {
            if (hashes[i] == hashes[i - 1])
                MoveDown(records, slots, hashes, i);
        }

        return slots;
    }

    private static void MoveDown(ContributionRecords records, int[] slots, ulong[] hashes, int at)
    {
        for (; at > 0 && hashes[at - 1] == hashes[at]; at--)
        {
            if (records.Keys.IdOf(slots[at - 1]).SequenceCompareTo(records.Keys.IdOf(slots[at])) <= 0)
                return;
            (slots[at - 1], slots[at]) = (slots[at], slots[at - 1]);
        }
    }
}
