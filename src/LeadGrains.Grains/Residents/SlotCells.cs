using LeadGrains.Scoring;

namespace LeadGrains.Grains.Residents;

/// <summary>A key as <see cref="SlotCells"/> compares it.</summary>
internal interface ISlotKey
{
    /// <summary>Whether that slot, which is in use, holds it.</summary>
    bool IsIn(int slot);
}

/// <summary>Where <see cref="SlotCells"/> finds the hashes of what it holds.</summary>
internal interface ISlotHashes
{
    /// <summary>The hash of the key in a slot that is in use.</summary>
    ulong HashOf(int slot);
}

/// <summary>
/// Key → slot, for keys that lie elsewhere: 5 to 8 bytes for each. Open addressing with linear probing; a cell holds
/// seven bits of the hash beside the slot, so that next to no key is compared in vain. One thread at a time.
/// </summary>
internal sealed class SlotCells(ISlotHashes hashes)
{
    /// <summary>How many slots it can hold.</summary>
    public const int MaxSlots = SlotMask - 1;

    private const int FirstCells = 64;
    private const uint Mixing = 0x9E37_79B9;
    private const int SlotBits = 25;
    private const int SlotMask = (1 << SlotBits) - 1;

    // Of each cell the lower bits are the slot plus 1, 0 where it is empty; the upper ones are the tag.
    private uint[] _cells = new uint[FirstCells];

    /// <summary>How many slots it holds.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => (long)_cells.Length * sizeof(uint);

    /// <summary>The slot of a key; -1 where it is not known.</summary>
    public int Find<TKey>(ulong hash, in TKey key)
        where TKey : struct, ISlotKey, allows ref struct
    {
        var cells = _cells;
        var tag = TagOf(hash);
        for (var at = HomeOf(hash); cells[at] != 0; at = at + 1 < cells.Length ? at + 1 : 0)
        {
            var cell = cells[at];
            if ((cell & ~(uint)SlotMask) == tag && key.IsIn(SlotIn(cell)))
                return SlotIn(cell);
        }

        return -1;
    }

    /// <summary>The first slot that may hold a key of that hash; -1 where none does.</summary>
    public int FindLikely(ulong hash)
    {
        var tag = TagOf(hash);
        for (var at = HomeOf(hash); _cells[at] != 0; at = Next(at))
        {
            if ((_cells[at] & ~(uint)SlotMask) == tag)
                return SlotIn(_cells[at]);
        }

        return -1;
    }

    /// <summary>Has the processor fetch the cell where a look for the key begins.</summary>
    public void Fetch(ulong hash) => CacheLine.Fetch(ref _cells[HomeOf(hash)]);

    /// <summary>Adds a slot whose key is not held.</summary>
    /// <exception cref="InvalidOperationException">There are <see cref="MaxSlots"/> already.</exception>
    public void Add(ulong hash, int slot)
    {
        if (Count == MaxSlots)
            throw new InvalidOperationException($"A partition holds at most {MaxSlots} keys of a kind.");
        if (Count >= (int)(_cells.Length * 4L / 5))
            Grow();
        Put(hash, TagOf(hash) | (uint)(slot + 1));
        Count++;
    }

    /// <summary>Takes a slot out that it holds.</summary>
    public void Remove(ulong hash, int slot)
    {
        var at = HomeOf(hash);
        while (SlotIn(_cells[at]) != slot)
            at = Next(at);
        CloseGap(at);
        Count--;
    }

    // From the upper half, since the cell's place comes from the lower one; and its lower bits, since the upper ones
    // are alike in all keys of a partition.
    private static uint TagOf(ulong hash) => (uint)(hash >> 32) << SlotBits;

    private static int SlotIn(uint cell) => (int)(cell & SlotMask) - 1;

    // In proportion to the lower half of the hash, so that any number of cells will do; mixed before, so that hashes which
    // only differ in their last bits are far apart.
    private int HomeOf(ulong hash) => (int)(((ulong)((uint)hash * Mixing) * (uint)_cells.Length) >> 32);

    private int Next(int at) => at + 1 < _cells.Length ? at + 1 : 0;

    private void Put(ulong hash, uint cell)
    {
        var at = HomeOf(hash);
        while (_cells[at] != 0)
            at = Next(at);
        _cells[at] = cell;
    }

    // Moves later cells of the same run back, so that no probe ever meets a gap before its key.
    private void CloseGap(int gap)
    {
        for (var at = Next(gap); _cells[at] != 0; at = Next(at))
        {
            if (Distance(HomeOf(hashes.HashOf(SlotIn(_cells[at]))), at) < Distance(gap, at))
                continue;
            _cells[gap] = _cells[at];
            gap = at;
        }

        _cells[gap] = 0;
    }

    private int Distance(int from, int to) => to >= from ? to - from : to - from + _cells.Length;

    private void Grow()
    {
        var old = _cells;
        _cells = new uint[old.Length + (old.Length / 2)];
        foreach (var cell in old)
        {
            if (cell != 0)
                Put(hashes.HashOf(SlotIn(cell)), cell);
        }
    }
}
