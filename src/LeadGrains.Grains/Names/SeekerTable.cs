using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>Which contacts seek their account by which name: 20 bytes for each and 5 to 8 to find it by. One thread at a time.</summary>
internal sealed class SeekerTable : ISlotHashes
{
    private readonly Column<Seeker> _seekers = new();
    private readonly Dictionary<int, int> _firstAfter = [];
    private readonly SlotCells _cells;
    private int _slots;
    private int _freeAfter;

    public SeekerTable() => _cells = new SlotCells(this);

    /// <summary>The bytes that contacts take.</summary>
    public long MemoryBytes => _seekers.MemoryBytes + _cells.MemoryBytes;

    /// <summary>Some contact seeks by the name.</summary>
    public bool Any(int name) => _firstAfter.ContainsKey(name);

    /// <summary>The contacts that seek by the name.</summary>
    public List<KeyPlace> Of(int name)
    {
        var contacts = new List<KeyPlace>();
        for (var after = _firstAfter.GetValueOrDefault(name); after != 0; after = _seekers[after - 1].NextAfter)
            contacts.Add(_seekers[after - 1].Contact);
        return contacts;
    }

    /// <summary>A contact seeks by the name from now on, if it did not already.</summary>
    public void Add(int name, KeyPlace contact)
    {
        if (Find(name, contact) >= 0)
            return;
        var slot = TakeSlot();
        var firstAfter = _firstAfter.GetValueOrDefault(name);
        _seekers[slot] = new Seeker { Name = name, ContactSlot = contact.Slot, ContactPartition = checked((ushort)contact.Partition), NextAfter = firstAfter };
        if (firstAfter != 0)
            _seekers[firstAfter - 1].PreviousAfter = slot + 1;
        _firstAfter[name] = slot + 1;
        _cells.Add(HashOf(slot), slot);
    }

    /// <summary>A contact seeks by the name no more.</summary>
    public void Remove(int name, KeyPlace contact)
    {
        var slot = Find(name, contact);
        if (slot < 0)
            return;
        _cells.Remove(HashOf(slot), slot);
        var seeker = _seekers[slot];
        if (seeker.PreviousAfter != 0)
            _seekers[seeker.PreviousAfter - 1].NextAfter = seeker.NextAfter;
        else if (seeker.NextAfter != 0)
            _firstAfter[name] = seeker.NextAfter;
        else
            _firstAfter.Remove(name);
        if (seeker.NextAfter != 0)
            _seekers[seeker.NextAfter - 1].PreviousAfter = seeker.PreviousAfter;
        _seekers[slot] = new Seeker { NextAfter = _freeAfter };
        _freeAfter = slot + 1;
    }

    /// <inheritdoc/>
    public ulong HashOf(int slot) => HashOf(_seekers[slot].Name, _seekers[slot].Contact);

    private static ulong HashOf(int name, KeyPlace contact) => contact.HashWith(name);

    private int Find(int name, KeyPlace contact) => _cells.Find(HashOf(name, contact), new Key(_seekers, name, contact));

    private int TakeSlot()
    {
        if (_freeAfter == 0)
        {
            _seekers.EnsureCapacity(_slots + 1);
            return _slots++;
        }

        var slot = _freeAfter - 1;
        _freeAfter = _seekers[slot].NextAfter;
        return slot;
    }

    private readonly struct Key(Column<Seeker> seekers, int name, KeyPlace contact) : ISlotKey
    {
        public bool IsIn(int slot) => seekers[slot].Name == name && seekers[slot].Contact == contact;
    }

    private struct Seeker
    {
        public int Name;
        public int ContactSlot;
        public int PreviousAfter;
        public int NextAfter;
        public ushort ContactPartition;

        public readonly KeyPlace Contact => new(ContactPartition, ContactSlot);
    }
}
