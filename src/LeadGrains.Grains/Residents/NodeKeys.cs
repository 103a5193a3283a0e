namespace LeadGrains.Grains.Residents;

/// <summary>
/// The keys of all partitions that a node drives, so that whoever is told of a grain by its place need not keep its id
/// once more. Filled before any loop runs; any thread may then ask for places that it was told of.
/// </summary>
internal sealed class NodeKeys(int partitions)
{
    private readonly ResidentTable?[] _contacts = new ResidentTable?[partitions];
    private readonly ResidentTable?[] _accounts = new ResidentTable?[partitions];

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

/// <summary>Where the node keeps a grain; it stays the same as long as the grain's partition is driven.</summary>
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
