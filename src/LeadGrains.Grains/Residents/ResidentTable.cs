using LeadGrains.Scoring;

namespace LeadGrains.Grains.Residents;

/// <summary>
/// Key → slot for what stays in memory: the grains of one partition and kind, or the contributions of one partition.
/// Slots count up from 0; the slot of a removed key is given to the next new one. Beyond the id a key takes 16 bytes
/// for its record and 5 to 10 for its cell. One thread at a time.
/// </summary>
/// <remarks>
/// Open addressing with linear probing. A cell holds seven bits of the hash beside the slot, so that a look-up touches
/// one run of cells, one record and the id. Keys with equal hashes are told apart by workspace and id.
/// </remarks>
internal sealed class ResidentTable
{
    /// <summary>How many keys a table can hold.</summary>
    public const int MaxKeys = SlotMask - 1;

    private const int FirstCells = 64;
    private const int SlotBits = 25;
    private const int SlotMask = (1 << SlotBits) - 1;

    private readonly IdArena _ids = new();
    private readonly Column<Record> _records = new();

    // Of each cell the lower bits are the slot plus 1, 0 where it is empty; the upper ones are the tag.
    private uint[] _cells = new uint[FirstCells];
    private int _freeSlot = -1;
    private ushort _lastWorkspace;

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>Every slot is below it. Equals <see cref="Count"/> where no key was removed.</summary>
    public int Slots { get; private set; }

    /// <summary>All keys ever held were of one workspace, so that a scan need not look at each key's.</summary>
    public bool HasOneWorkspace { get; private set; } = true;

    /// <summary>Some key may be of the workspace.</summary>
    public bool MayHold(ushort workspace) => !HasOneWorkspace || workspace == _lastWorkspace;

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _records.MemoryBytes + _ids.MemoryBytes + ((long)_cells.Length * sizeof(uint));

    /// <summary>The slot of a key; -1 where it is not known.</summary>
    public int Find(ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        var cell = Probe(hash, workspace, id);
        return SlotIn(_cells[cell]);
    }

    /// <summary>The slot of a key, a new one where it is not known.</summary>
    /// <exception cref="InvalidOperationException">It is new, and there are <see cref="MaxKeys"/> already.</exception>
    public int FindOrAdd(ulong hash, ushort workspace, ReadOnlySpan<byte> id, out bool added)
    {
        var cell = Probe(hash, workspace, id);
        added = _cells[cell] == 0;
        if (!added)
            return SlotIn(_cells[cell]);

        if (Count == MaxKeys)
            throw new InvalidOperationException($"A partition holds at most {MaxKeys} keys of a kind.");
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
        _cells[cell] = TagOf(hash) | (uint)(slot + 1);
        Count++;
        return slot;
    }

    /// <summary>Has the processor fetch the cell where a look for the key begins.</summary>
    public void FetchCell(ulong hash) => CacheLine.Fetch(ref _cells[HomeOf(hash)]);

    /// <summary>Has the processor fetch the key's record, once its cell is there.</summary>
    public void FetchRecord(ulong hash)
    {
        var tag = TagOf(hash);
        var mask = _cells.Length - 1;
        for (var at = HomeOf(hash); _cells[at] != 0; at = (at + 1) & mask)
        {
            if ((_cells[at] & ~(uint)SlotMask) != tag)
                continue;
            CacheLine.Fetch(ref _records[SlotIn(_cells[at])]);
            return;
        }
    }

    /// <summary>Has the processor fetch the record in a slot.</summary>
    public void FetchRecord(int slot) => CacheLine.Fetch(ref _records[slot]);

    /// <summary>Has the processor fetch the id in a slot that is in use, once its record is there.</summary>
    public void FetchId(int slot) => _ids.Fetch(_records[slot].Id);

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

    // From the upper half, since the cell's place comes from the lower one; and its lower bits, since the upper ones
    // are alike in all keys of a partition.
    private static uint TagOf(ulong hash) => (uint)(hash >> 32) << SlotBits;

    private static int SlotIn(uint cell) => (int)(cell & SlotMask) - 1;

    private int HomeOf(ulong hash) => (int)(uint)hash & (_cells.Length - 1);

    private int Probe(ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        var cells = _cells;
        var mask = cells.Length - 1;
        var tag = TagOf(hash);
        for (var at = HomeOf(hash); ; at = (at + 1) & mask)
        {
            var cell = cells[at];
            if (cell == 0)
                return at;
            if ((cell & ~(uint)SlotMask) == tag && Holds(SlotIn(cell), hash, workspace, id))
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
        while (SlotIn(_cells[at]) != slot)
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
        for (var at = (gap + 1) & mask; _cells[at] != 0; at = (at + 1) & mask)
        {
            var home = HomeOf(_records[SlotIn(_cells[at])].Hash);
            if (((at - home) & mask) < ((at - gap) & mask))
                continue;
            _cells[gap] = _cells[at];
            gap = at;
        }

        _cells[gap] = 0;
    }

    private void Rehash()
    {
        var old = _cells;
        _cells = new uint[old.Length * 2];
        var mask = _cells.Length - 1;
        foreach (var cell in old)
        {
            if (cell == 0)
                continue;
            var at = HomeOf(_records[SlotIn(cell)].Hash);
            while (_cells[at] != 0)
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
}
