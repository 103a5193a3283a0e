namespace LeadGrains.Grains.Residents;

/// <summary>
/// Key → slot for what stays in memory: the grains of one partition and kind, or the contributions of one partition.
/// Slots count up from 0; the slot of a removed key is given to the next new one. Beyond the id a key takes 16 bytes
/// for its record and 10 to 20 for its cell. One thread at a time.
/// </summary>
/// <remarks>
/// Open addressing with linear probing. A cell holds half of the hash beside the slot, so that a look-up touches one
/// cell, one record and the id. Keys with equal hashes are told apart by workspace and id.
/// </remarks>
internal sealed class ResidentTable
{
    private const int FirstCells = 64;

    private readonly IdArena _ids = new();
    private readonly Column<Record> _records = new();
    private Cell[] _cells = new Cell[FirstCells];
    private int _freeSlot = -1;
    private ushort _lastWorkspace;

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>Every slot is below it. Equals <see cref="Count"/> where no key was removed.</summary>
    public int Slots { get; private set; }

    /// <summary>All keys ever held were of one workspace, so that a scan need not look at each key's.</summary>
    public bool HasOneWorkspace { get; private set; } = true;

    /// <summary>The bytes that it takes.</summary>
    public unsafe long MemoryBytes => _records.MemoryBytes + _ids.MemoryBytes + ((long)_cells.Length * sizeof(Cell));

    /// <summary>The slot of a key; -1 where it is not known.</summary>
    public int Find(ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        var cell = Probe(hash, workspace, id);
        return _cells[cell].SlotAfter - 1;
    }

    /// <summary>The slot of a key, a new one where it is not known.</summary>
    public int FindOrAdd(ulong hash, ushort workspace, ReadOnlySpan<byte> id, out bool added)
    {
        var cell = Probe(hash, workspace, id);
        added = _cells[cell].SlotAfter == 0;
        if (!added)
            return _cells[cell].SlotAfter - 1;

        if (Count >= _cells.Length / 5 * 4)
        {
            Rehash();
            cell = Probe(hash, workspace, id);
        }

        if (Slots > 0 && workspace != _lastWorkspace)
            HasOneWorkspace = false;
        _lastWorkspace = workspace;
        var slot = TakeSlot();
        _records[slot] = new Record { Hash = hash, Id = _ids.Add(id), Workspace = workspace };
        _cells[cell] = new Cell { Tag = TagOf(hash), SlotAfter = slot + 1 };
        Count++;
        return slot;
    }

    /// <summary>The id in a slot that is in use, in UTF-8. Good until the next key is added or removed.</summary>
    public ReadOnlySpan<byte> IdOf(int slot) => _ids.Get(_records[slot].Id);

    /// <summary>The hash of the key in a slot that is in use.</summary>
    public ulong HashOf(int slot) => _records[slot].Hash;

    /// <summary>The code of the workspace of the key in a slot that is in use.</summary>
    public ushort WorkspaceOf(int slot) => _records[slot].Workspace;

    /// <summary>Forgets the key in a slot that is in use.</summary>
    public void Remove(int slot)
    {
        ref var record = ref _records[slot];
        var cell = CellOf(slot, record.Hash);
        CloseGap(cell);
        _ids.Free(record.Id);
        record = new Record { Hash = (ulong)(uint)_freeSlot };
        _freeSlot = slot;
        Count--;
    }

    // The upper half, since the cell's place comes from the lower one.
    private static uint TagOf(ulong hash) => (uint)(hash >> 32);

    private int HomeOf(ulong hash) => (int)(uint)hash & (_cells.Length - 1);

    private int Probe(ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        var cells = _cells;
        var mask = cells.Length - 1;
        var tag = TagOf(hash);
        for (var at = HomeOf(hash); ; at = (at + 1) & mask)
        {
            ref var cell = ref cells[at];
            if (cell.SlotAfter == 0)
                return at;
            if (cell.Tag == tag && Holds(cell.SlotAfter - 1, hash, workspace, id))
                return at;
        }
    }

    private bool Holds(int slot, ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        ref var record = ref _records[slot];
        return record.Hash == hash && record.Workspace == workspace && _ids.Get(record.Id).SequenceEqual(id);
    }

    private int CellOf(int slot, ulong hash)
    {
        var at = HomeOf(hash);
        while (_cells[at].SlotAfter != slot + 1)
            at = (at + 1) & (_cells.Length - 1);
        return at;
    }

    private int TakeSlot()
    {
        if (_freeSlot < 0)
        {
            _records.EnsureCapacity(Slots + 1);
            return Slots++;
        }

        var slot = _freeSlot;
        _freeSlot = (int)(uint)_records[slot].Hash;
        return slot;
    }

    // Moves later cells of the same run back, so that no probe ever meets a gap before its key.
    private void CloseGap(int gap)
    {
        var mask = _cells.Length - 1;
        for (var at = (gap + 1) & mask; _cells[at].SlotAfter != 0; at = (at + 1) & mask)
        {
            var home = HomeOf(_records[_cells[at].SlotAfter - 1].Hash);
            if (((at - home) & mask) < ((at - gap) & mask))
                continue;
            _cells[gap] = _cells[at];
            gap = at;
        }

        _cells[gap] = default;
    }

    private void Rehash()
    {
        var old = _cells;
        _cells = new Cell[old.Length * 2];
        var mask = _cells.Length - 1;
        foreach (var cell in old)
        {
            if (cell.SlotAfter == 0)
                continue;
            var at = HomeOf(_records[cell.SlotAfter - 1].Hash);
            while (_cells[at].SlotAfter != 0)
                at = (at + 1) & mask;
            _cells[at] = cell;
        }
    }

    private struct Record
    {
        public ulong Hash;
        public uint Id;
        public ushort Workspace;
    }

    private struct Cell
    {
        public uint Tag;

        // The slot plus 1; 0 where the cell is empty.
        public int SlotAfter;
    }
}
