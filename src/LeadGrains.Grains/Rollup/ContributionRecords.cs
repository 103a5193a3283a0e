using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>
/// The contributions themselves, one slot for each contact and account, no object for any: a record of 28 bytes, 5 to 8
/// to find it by, and its figures, packed. The slot of a removed one is given to the next new one. One thread at a time.
/// </summary>
internal sealed class ContributionRecords : ISlotHashes
{
    private readonly Column<ContributionRecord> _records = new();
    private readonly ContributionFigures _figures;
    private readonly WeightCodes _weights = new();
    private readonly SlotCells _cells;
    private readonly NodeKeys _keys;
    private int _freeAfter;

    /// <param name="columns">How many decay columns the model has.</param>
    /// <param name="keys">Has the contacts.</param>
    public ContributionRecords(int columns, NodeKeys keys)
    {
        _figures = new ContributionFigures(columns);
        _cells = new SlotCells(this);
        _keys = keys;
    }

    /// <summary>How many there are.</summary>
    public int Count => _cells.Count;

    /// <summary>Every slot is below it.</summary>
    public int Slots { get; private set; }

    /// <summary>The bytes that they take.</summary>
    public long MemoryBytes => _cells.MemoryBytes + _records.MemoryBytes + _figures.MemoryBytes;

    /// <summary>A slot's record.</summary>
    public ref ContributionRecord this[int slot] => ref _records[slot];

    /// <summary>The slot of what a contact is to an account, a new one where there was nothing.</summary>
    public int FindOrAdd(int account, KeyPlace contact, out bool added)
    {
        var hash = contact.HashWith(account);
        var slot = _cells.Find(hash, new Key(_records, account + 1, contact));
        added = slot < 0;
        if (!added)
            return slot;
        slot = TakeSlot();
        _records[slot] = new ContributionRecord
        {
            AccountAfter = account + 1,
            ContactSlot = contact.Slot,
            ContactPartition = checked((ushort)contact.Partition),
        };
        _cells.Add(hash, slot);
        return slot;
    }

    /// <summary>Forgets what a slot holds. It is in no list.</summary>
    public void Remove(int slot)
    {
        ref var record = ref _records[slot];
        _cells.Remove(HashOf(slot), slot);
        _figures.Free(ref record);
        record = new ContributionRecord { NextAfter = _freeAfter };
        _freeAfter = slot + 1;
    }

    /// <summary>Has the processor fetch a slot's record.</summary>
    public void Fetch(int slot) => CacheLine.Fetch(ref _records[slot]);

    /// <summary>Has the processor fetch what says where a contact's contribution to an account is.</summary>
    public void FetchCell(int account, KeyPlace contact) => _cells.Fetch(contact.HashWith(account));

    /// <summary>Has the processor fetch a slot's figures, once its record is there.</summary>
    public void FetchFigures(int slot) => _figures.Fetch(_records[slot]);

    /// <inheritdoc/>
    public ulong HashOf(int slot) => ContactOf(slot).HashWith(_records[slot].AccountAfter - 1);

    /// <summary>The contact.</summary>
    public KeyPlace ContactOf(int slot) => new(_records[slot].ContactPartition, _records[slot].ContactSlot);

    /// <summary>The hash of the contact's key.</summary>
    public ulong ContactHashOf(int slot) => ContactsOf(slot).HashOf(_records[slot].ContactSlot);

    /// <summary>The contact's id in UTF-8.</summary>
    public ReadOnlySpan<byte> ContactIdOf(int slot) => ContactsOf(slot).IdOf(_records[slot].ContactSlot);

    /// <summary>What is held is only that the contact was withdrawn.</summary>
    public bool IsWithdrawn(int slot) => (_records[slot].Flags & ContributionFlags.Withdrawn) != ContributionFlags.None;

    /// <summary>The version that a slot holds.</summary>
    public long VersionOf(int slot) => _figures.VersionOf(_records[slot]);

    /// <summary>The newest scoring instant; of a withdrawn one, when it was withdrawn.</summary>
    public Instant LastSignalOf(int slot) => _figures.LastSignalOf(_records[slot]);

    /// <summary>The newest scoring instant that brought points.</summary>
    public Instant EngagedOf(int slot) => _figures.EngagedOf(_records[slot]);

    /// <summary>The stretch of activity that the newest signal belongs to.</summary>
    public ActivityRun RunOf(int slot) => _figures.RunOf(_records[slot]);

    /// <summary>Points by column, without the weight. Good until the next call.</summary>
    public ReadOnlySpan<double> SumsOf(int slot) => _figures.SumsOf(_records[slot]);

    /// <summary>One of <see cref="SumsOf"/>.</summary>
    public double SumOf(int slot, int column) => _figures.SumOf(_records[slot], column);

    /// <summary>The weight of the contact's role.</summary>
    public double WeightOf(int slot) => _weights[_records[slot].Weight];

    /// <summary>Undecayed points of the last days.</summary>
    public VelocityDays VelocityOf(int slot) => _figures.DaysOf(_records[slot]);

    /// <summary>Whether there are points in the last days.</summary>
    public bool HasVelocity(int slot) => ContributionFigures.HasDays(_records[slot]);

    /// <summary>Replaces what a slot holds, but for its place among its account's.</summary>
    /// <param name="slot">The contact's.</param>
    /// <param name="contribution">Not withdrawn.</param>
    /// <param name="sums">Its sums, relative to this side's landmarks.</param>
    public void Write(int slot, in Contribution contribution, ReadOnlySpan<double> sums)
    {
        ref var record = ref _records[slot];
        record.Weight = _weights.CodeOf(contribution.Weight);
        record.Flags = contribution.Flags;
        record.Role = contribution.Role;
        _figures.Write(ref record, contribution, sums);
    }

    /// <summary>Keeps of a slot only that its contact was withdrawn, at which version and when.</summary>
    public void WriteWithdrawn(int slot, long version, Instant at)
    {
        ref var record = ref _records[slot];
        record.Flags = ContributionFlags.Withdrawn;
        var nothing = new Contribution
        {
            Contact = ContactOf(slot),
            Version = version,
            Flags = ContributionFlags.Withdrawn,
            LastSignalAt = at,
            EngagedAt = Instant.Min,
            Run = new ActivityRun(at, Instant.Min),
        };
        _figures.Write(ref record, nothing, []);
    }

    /// <summary>States all sums anew after landmarks have moved.</summary>
    /// <param name="factors">For each column, an exact power of two.</param>
    public void Rescale(ReadOnlySpan<double> factors)
    {
        for (var slot = 0; slot < Slots; slot++)
            _figures.Rescale(_records[slot], factors);
    }

    /// <summary>Lets go of days that have fallen out of the 14 that end at that day.</summary>
    public void ExpireVelocity(int utcDay)
    {
        for (var slot = 0; slot < Slots; slot++)
            _figures.Expire(ref _records[slot], utcDay);
    }

    private ResidentTable ContactsOf(int slot) => _keys.ContactsOf(_records[slot].ContactPartition);

    private int TakeSlot()
    {
        if (_freeAfter == 0)
        {
            _records.EnsureCapacity(Slots + 1);
            return Slots++;
        }

        var slot = _freeAfter - 1;
        _freeAfter = _records[slot].NextAfter;
        return slot;
    }

    private readonly struct Key(Column<ContributionRecord> records, int accountAfter, KeyPlace contact) : ISlotKey
    {
        public bool IsIn(int slot)
        {
            ref readonly var record = ref records[slot];
            return record.AccountAfter == accountAfter && record.ContactSlot == contact.Slot && record.ContactPartition == contact.Partition;
        }
    }
}

/// <summary>What is not packed of a contribution: whose it is, its place in a list, and where its figures are.</summary>
internal struct ContributionRecord
{
    /// <summary>The account's slot plus 1; 0 where the slot is free.</summary>
    public int AccountAfter;

    /// <summary>The contact's slot in its partition.</summary>
    public int ContactSlot;

    /// <summary>The slot of the one before it in the list plus 1; 0 for the first. The list is its account's or, where it was withdrawn, that of all withdrawn ones.</summary>
    public int PreviousAfter;

    /// <summary>The slot of the one after it in the list plus 1; 0 for the last.</summary>
    public int NextAfter;

    /// <summary>The place of its figures; 0 before the first.</summary>
    public uint Figures;

    /// <summary>Which of the figures are there.</summary>
    public ushort Held;

    /// <summary>The contact's partition.</summary>
    public ushort ContactPartition;

    /// <summary>The code of the role's weight.</summary>
    public ushort Weight;

    /// <summary>What the contribution says beside its figures.</summary>
    public ContributionFlags Flags;

    /// <summary>The role's place among the model's, plus 1; 0 for none.</summary>
    public byte Role;
}
