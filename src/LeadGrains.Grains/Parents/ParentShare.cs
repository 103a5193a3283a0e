using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Parents;

/// <summary>What an account tells another one that is its parent, or was.</summary>
/// <param name="Parent">Whom it tells.</param>
/// <param name="Hash">The hash of the key of the account that tells it.</param>
/// <param name="Id">The id of the account that tells it.</param>
/// <param name="Points">What it brings from now on; null where it is no part of that one any more.</param>
internal sealed record ParentShare(ParentKey Parent, ulong Hash, string Id, Subsidiary? Points)
{
    /// <summary>Of an account of the loop.</summary>
    public static ParentShare Of(in SubsidiaryPlace place)
    {
        var isPart = place.Partition.Parents.Of(place.Slot) == place.ParentRef;
        return new ParentShare(
            ParentKey.Of(place), place.Partition.Accounts.Keys.HashOf(place.Slot), place.Partition.IdOf(GrainKind.Account, place.Slot),
            isPart ? Subsidiary.Of(place.Partition, place.Slot) : null);
    }
}

/// <param name="Partition">The account's partition.</param>
/// <param name="Slot">Its slot there.</param>
/// <param name="ParentRef">The parent, as that partition's account references number them.</param>
internal readonly record struct SubsidiaryPlace(Partition Partition, int Slot, int ParentRef);

/// <param name="Hash">The hash of the parent's key.</param>
/// <param name="Workspace">The code of its workspace.</param>
/// <param name="Id">Its id in UTF-8.</param>
internal sealed record ParentKey(ulong Hash, ushort Workspace, byte[] Id)
{
    public static ParentKey Of(in SubsidiaryPlace place)
    {
        var refs = place.Partition.AccountRefs;
        return new ParentKey(refs.HashOf(place.ParentRef), refs.WorkspaceOf(place.ParentRef), refs.IdOf(place.ParentRef).ToArray());
    }
}
