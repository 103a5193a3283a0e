using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Names;

/// <summary>An account has a name, or has it no more.</summary>
/// <param name="Account">The account.</param>
/// <param name="Key">What the name is known by.</param>
/// <param name="LeadsTo">Whose id is found by it: empty for the account's own, null where it has the name no more.</param>
internal readonly record struct NameStatement(KeyPlace Account, NameKey Key, string? LeadsTo)
{
    /// <summary>The account, for who keeps its key; null where the place tells all.</summary>
    public GrainPlace? Named { get; init; }

    /// <summary>Of an account in its slot.</summary>
    public static NameStatement Of(Partition partition, int slot, string name, string? leadsTo) =>
        new(new KeyPlace(partition.Index, slot), NameTable.KeyOf(partition.WorkspaceOf(GrainKind.Account, slot), name), leadsTo)
        {
            Named = partition.Keys.AreKept ? GrainPlace.Of(partition.Accounts.Keys, partition.Index, slot) : null,
        };
}

/// <summary>A contact asks which account has its company's name, or seeks by it no more.</summary>
/// <param name="Partition">The contact's, which only the loop that asks may look at.</param>
/// <param name="Slot">The contact.</param>
/// <param name="Key">What the name is known by.</param>
/// <param name="Name">The normalised name.</param>
/// <param name="Version">The contact's version that asks.</param>
/// <param name="IsLeaving">It seeks by it no more.</param>
internal readonly record struct NameQuestion(Partition Partition, int Slot, NameKey Key, string Name, long Version, bool IsLeaving)
{
    /// <summary>What is asked, for the loop that answers.</summary>
    public NameInquiry Inquiry { get; } = new(
        Key, Partition.Keys.AreKept ? GrainPlace.Of(Partition.Contacts.Keys, Partition.Index, Slot) : null, IsLeaving)
    {
        Contact = new KeyPlace(Partition.Index, Slot),
    };
}

/// <param name="Key">What the name is known by.</param>
/// <param name="Seeker">The contact, for who keeps its key; null where <see cref="Contact"/> tells all.</param>
/// <param name="IsLeaving">It seeks by it no more.</param>
internal readonly record struct NameInquiry(NameKey Key, GrainPlace? Seeker, bool IsLeaving)
{
    /// <summary>The contact.</summary>
    public KeyPlace Contact { get; init; }
}
