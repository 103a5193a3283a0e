using System.Numerics;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Seen;

/// <summary>
/// Finds a hash among many: open addressing with linear probing, from a hash's lower bits to its position. A position
/// counts all hashes that the grain ever had. Forgotten hashes leave their slots behind, which match nothing any more;
/// a table too full is built anew. A default value is none.
/// </summary>
internal struct SeenTable
{
    private readonly long _base;
    private ArenaList<uint> _slots;
    private int _used;

    private SeenTable(ListArena? arena, int slots, long firstPosition)
    {
        _slots = new ArenaList<uint>(arena, slots);
        _base = firstPosition - 1;
    }

    /// <summary>Nothing can be found by it.</summary>
    public readonly bool IsNone => _slots.Length == 0;

    /// <summary>Room that its slots take, in bytes.</summary>
    public readonly int MemoryBytes => _slots.MemoryBytes;

    /// <summary>A table of the hashes, with room for some more.</summary>
    /// <param name="arena">Where it lies; null for an array of its own.</param>
    /// <param name="hashes">In order of position.</param>
    /// <param name="firstPosition">Position of the first one.</param>
    public static SeenTable Of(ListArena? arena, ReadOnlySpan<ulong> hashes, long firstPosition)
    {
        var slots = BitOperations.RoundUpToPowerOf2((uint)(hashes.Length + (hashes.Length / 2) + 1));
        var table = new SeenTable(arena, (int)slots, firstPosition);
        foreach (var hash in hashes)
            table.TryAdd(hash, firstPosition++);
        return table;
    }

    /// <summary>Whether a hash is among those remembered.</summary>
    /// <param name="hash">To look for.</param>
    /// <param name="hashes">Those remembered, in order of position.</param>
    /// <param name="firstPosition">Position of the first one.</param>
    public readonly bool Contains(ulong hash, ReadOnlySpan<ulong> hashes, long firstPosition)
    {
        var slots = _slots.Items;
        var mask = slots.Length - 1;
        var offset = _base - firstPosition;
        for (var slot = (int)hash & mask; slots[slot] != 0; slot = (slot + 1) & mask)
        {
            var at = slots[slot] + offset;
            if ((ulong)at < (ulong)hashes.Length && hashes[(int)at] == hash)
                return true;
        }

        return false;
    }

    /// <summary>Gives its room back. It is none then.</summary>
    public void Release(ListArena? arena)
    {
        _slots.Release(arena);
        this = default;
    }

    /// <summary>Adds a hash that is not in it.</summary>
    /// <returns>False, and nothing is added, where the table is too full.</returns>
    public bool TryAdd(ulong hash, long position)
    {
        // Linear probing stays short up to this load.
        var slots = _slots.Items;
        if (_used >= slots.Length / 4 * 3)
            return false;
        var mask = slots.Length - 1;
        var slot = (int)hash & mask;
        while (slots[slot] != 0)
            slot = (slot + 1) & mask;
        slots[slot] = (uint)(position - _base);
        _used++;
        return true;
    }
}
