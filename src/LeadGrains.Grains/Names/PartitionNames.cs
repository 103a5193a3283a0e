using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>What a partition keeps of names. All of it is derived, and none is stored.</summary>
/// <param name="keys">Has the accounts and contacts of all partitions.</param>
internal sealed class PartitionNames(NodeKeys keys)
{
    /// <summary>Companies' names that lead to this partition: who has them, and who asks.</summary>
    public NameTable Table { get; } = new(keys);

    /// <summary>Contacts of this partition whose account is sought by their company's name.</summary>
    public SoughtNames Sought { get; } = new();

    /// <summary>The names of this partition's accounts.</summary>
    public AccountNames Accounts { get; } = new();

    /// <summary>The bytes that they take, but for what is kept of few.</summary>
    public long MemoryBytes => Table.MemoryBytes + Sought.MemoryBytes + Accounts.MemoryBytes;
}
