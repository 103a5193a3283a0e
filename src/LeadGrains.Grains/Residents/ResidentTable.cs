using LeadGrains.Scoring;

namespace LeadGrains.Grains.Residents;

/// <summary>
/// Key → slot for what stays in memory: the grains of one partition and kind. Slots count up from 0, and none is ever
/// given up. Beyond the id a key takes 16 bytes for its record and 5 to 8 for its cell. One thread at a time; but what a
/// slot holds never changes, so any thread may ask for it that was told of the slot.
/// </summary>
internal sealed class ResidentTable : ISlotHashes
{
    /// <summary>How many keys a table can hold.</summary>
    public const int MaxKeys = SlotCells.MaxSlots;

    private readonly IdArena _ids = new();
    private readonly Column<Record> _records = new();
    private readonly SlotCells _cells;
    private ushort _lastWorkspace;

    public ResidentTable() => _cells = new SlotCells(this);

    /// <summary>How many keys there are; every slot is below it.</summary>
    public int Slots => _cells.Count;

    /// <summary>All keys are of one workspace, so that a scan need not look at each key's.</summary>
    public bool HasOneWorkspace { get; private set; } = true;

    /// <summary>Some key may be of the workspace.</summary>
    public bool MayHold(ushort workspace) => !HasOneWorkspace || workspace == _lastWorkspace;

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _records.MemoryBytes + _ids.MemoryBytes + _cells.MemoryBytes;

    /// <summary>The slot of a key; -1 where it is not known.</summary>
    public int Find(ulong hash, ushort workspace, ReadOnlySpan<byte> id) => _cells.Find(hash, new Key(this, hash, workspace, id));

    /// <summary>The slot of a key, a new one where it is not known.</summary>
    /// <exception cref="InvalidOperationException">It is new, and there are <see cref="MaxKeys"/> already.</exception>
    public int FindOrAdd(ulong hash, ushort workspace, ReadOnlySpan<byte> id, out bool added)
    {
        var slot = Find(hash, workspace, id);
        added = slot < 0;
        if (!added)
            return slot;
        if (Slots > 0 && workspace != _lastWorkspace)
            HasOneWorkspace = false;
        _lastWorkspace = workspace;
        slot = Slots;
        _records.EnsureCapacity(slot + 1);
        _records[slot] = new Record { Hash = hash, Id = _ids.Add(id), Workspace = workspace };
        _cells.Add(hash, slot);
        return slot;
    }

    /// <summary>Has the processor fetch the cell where a look for the key begins.</summary>
    public void FetchCell(ulong hash) => _cells.Fetch(hash);

    /// <summary>Has the processor fetch the key's record, once its cell is there.</summary>
    public void FetchRecord(ulong hash)
    {
        var slot = _cells.FindLikely(hash);
        if (slot >= 0)
            FetchRecord(slot);
    }

    /// <summary>Has the processor fetch the record in a slot.</summary>
    public void FetchRecord(int slot) => CacheLine.Fetch(ref _records[slot]);

    /// <summary>Has the processor fetch the id in a slot that is in use, once its record is there.</summary>
    public void FetchId(int slot) => _ids.Fetch(_records[slot].Id);

    /// <summary>The id in a slot that is in use, in UTF-8.</summary>
    public ReadOnlySpan<byte> IdOf(int slot) => _ids.Get(_records[slot].Id);

    /// <inheritdoc/>
    public ulong HashOf(int slot) => _records[slot].Hash;

    /// <summary>The code of the workspace of the key in a slot that is in use.</summary>
    public ushort WorkspaceOf(int slot) => _records[slot].Workspace;

    private readonly ref struct Key(ResidentTable table, ulong hash, ushort workspace, ReadOnlySpan<byte> id) : ISlotKey
    {
        private readonly ReadOnlySpan<byte> _id = id;

        public bool IsIn(int slot)
        {
            ref var record = ref table._records[slot];
            return record.Hash == hash && record.Workspace == workspace && table._ids.Get(record.Id).SequenceEqual(_id);
        }
    }

    private struct Record
    {
        public ulong Hash;
        public uint Id;
        public ushort Workspace;
    }
}
