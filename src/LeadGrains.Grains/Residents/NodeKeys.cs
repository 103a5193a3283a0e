namespace LeadGrains.Grains.Residents;

/// <summary>
/// The keys of grains that others tell of. Where all partitions stay with one node they are the partitions' own, so that
/// whoever is told of a grain by its place need not keep its id once more: filled before any loop runs, any thread may then
/// ask for places that it was told of. Where partitions come and go, each partition keeps what it was told of itself.
/// </summary>
/// <param name="partitions">Of the store.</param>
/// <param name="areKept">The keys are copies, of one partition and one thread.</param>
internal sealed class NodeKeys(int partitions, bool areKept = false)
{
    private readonly ResidentTable?[] _contacts = new ResidentTable?[partitions];
    private readonly ResidentTable?[] _accounts = new ResidentTable?[partitions];

    /// <summary>A grain's place here may be another one than where it is driven: ask <see cref="Keep(GrainKind, int, ulong, ushort, ReadOnlySpan{byte})"/> for it.</summary>
    public bool AreKept => areKept;

    /// <summary>The place of a grain among the kept keys.</summary>
    /// <param name="kind">Contact or account.</param>
    /// <param name="partition">The grain's.</param>
    /// <param name="hash">Of its key.</param>
    /// <param name="workspace">The code of its workspace.</param>
    /// <param name="id">In UTF-8.</param>
    public KeyPlace Keep(GrainKind kind, int partition, ulong hash, ushort workspace, ReadOnlySpan<byte> id)
    {
        var tables = kind == GrainKind.Contact ? _contacts : _accounts;
        var keys = tables[partition] ??= new ResidentTable();
        return new KeyPlace(partition, keys.FindOrAdd(hash, workspace, id, out _));
    }

    /// <summary>The place among the kept keys of a contact in a slot of its own partition.</summary>
    public KeyPlace Keep(ResidentTable contacts, int partition, int slot) =>
        Keep(GrainKind.Contact, partition, contacts.HashOf(slot), contacts.WorkspaceOf(slot), contacts.IdOf(slot));

    /// <inheritdoc cref="Keep(GrainKind, int, ulong, ushort, ReadOnlySpan{byte})"/>
    public KeyPlace Keep(GrainKind kind, GrainPlace grain) => Keep(kind, grain.Partition, grain.Hash, grain.Workspace, grain.Id);

    /// <summary>The grain at a place.</summary>
    public GrainPlace PlaceOf(GrainKind kind, KeyPlace place) =>
        GrainPlace.Of(kind == GrainKind.Contact ? ContactsOf(place.Partition) : AccountsOf(place.Partition), place.Partition, place.Slot);

    /// <summary>Takes a partition's tables in.</summary>
    public void Add(int partition, ResidentTable contacts, ResidentTable accounts)
    {
        _contacts[partition] = contacts;
        _accounts[partition] = accounts;
    }

    /// <summary>A partition's contacts.</summary>
    public ResidentTable ContactsOf(int partition) => _contacts[partition]!;

    /// <summary>A partition's accounts.</summary>
    public ResidentTable AccountsOf(int partition) => _accounts[partition]!;
}

/// <summary>Where the node keeps a grain's key; it stays the same as long as the partition is driven that was told of it.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="Slot">Its slot there.</param>
internal readonly record struct KeyPlace(int Partition, int Slot)
{
    /// <summary>A hash of the place and a number, for tables of one process.</summary>
    // Odd factors, and the upper half folded into the lower: places of one partition differ by little.
    public ulong HashWith(int number)
    {
        var mixed = (((ulong)(uint)number << 32) | (uint)Slot) * 0x9E37_79B9_7F4A_7C15;
        mixed = (mixed ^ (mixed >> 32) ^ (uint)Partition) * 0xD6E8_FEB8_6659_FD93;
        return mixed ^ (mixed >> 32);
    }
}
