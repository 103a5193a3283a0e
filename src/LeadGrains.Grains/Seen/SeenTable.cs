using System.Numerics;

namespace LeadGrains.Grains.Seen;

/// <summary>
/// Finds a hash among many: open addressing with linear probing, from a hash's lower bits to its position. A position
/// counts all hashes that the grain ever had. Forgotten hashes leave their slots behind, which match nothing any more;
/// a table too full is built anew.
/// </summary>
internal sealed class SeenTable
{
    private readonly uint[] _slots;
    private readonly long _base;
    private int _used;

    private SeenTable(int slots, long firstPosition)
    {
        _slots = new uint[slots];
        _base = firstPosition - 1;
    }

    /// <summary>Room that it takes.</summary>
    public int MemoryBytes => 64 + (_slots.Length * sizeof(uint));

    /// <summary>A table of the hashes, with room for some more.</summary>
    /// <param name="hashes">In order of position.</param>
    /// <param name="firstPosition">Position of the first one.</param>
    public static SeenTable Of(ReadOnlySpan<ulong> hashes, long firstPosition)
    {
        var slots = BitOperations.RoundUpToPowerOf2((uint)(hashes.Length + (hashes.Length / 2) + 1));
        var table = new SeenTable((int)slots, firstPosition);
        foreach (var hash in hashes)
            table.TryAdd(hash, firstPosition++);
        return table;
    }

    /// <summary>Whether a hash is among those remembered.</summary>
    /// <param name="hash">To look for.</param>
    /// <param name="hashes">Those remembered, in order of position.</param>
    /// <param name="firstPosition">Position of the first one.</param>
    public bool Contains(ulong hash, ReadOnlySpan<ulong> hashes, long firstPosition)
    {
        var slots = _slots;
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

    /// <summary>Adds a hash that is not in it.</summary>
    /// <returns>False, and nothing is added, where the table is too full.</returns>
    public bool TryAdd(ulong hash, long position)
    {
        // Linear probing stays short up to this load.
        if (_used >= _slots.Length / 4 * 3)
            return false;
        var mask = _slots.Length - 1;
        var slot = (int)hash & mask;
        while (_slots[slot] != 0)
            slot = (slot + 1) & mask;
        _slots[slot] = (uint)(position - _base);
        _used++;
        return true;
    }
}
