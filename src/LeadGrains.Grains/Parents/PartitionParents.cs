using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Parents;

/// <summary>
/// Which accounts of a partition are parts of which other ones, of any partition, by slot; and what accounts of any
/// partition bring to their parents in this one.
/// </summary>
internal sealed class PartitionParents(Partition partition)
{
    /// <summary>No parent.</summary>
    public const int None = -1;

    private readonly Dictionary<int, int> _parents = [];

    /// <summary>What subsidiaries bring to accounts of the partition.</summary>
    public SubsidiaryTable Subsidiaries { get; } = new(partition.Accounts.Columns);

    /// <summary>The slots of the accounts that have a parent.</summary>
    public IEnumerable<int> Slots => _parents.Keys;

    /// <summary>The account's parent, as the partition's account references number them; -1 for none.</summary>
    public int Of(int slot) => _parents.Count > 0 && _parents.TryGetValue(slot, out var parent) ? parent : None;

    /// <summary>Puts down what the account is a part of now; gives what it was a part of until now.</summary>
    public int Link(int slot, string parentId)
    {
        var before = Of(slot);
        if (parentId.Length == 0 || parentId == partition.IdOf(GrainKind.Account, slot))
            _parents.Remove(slot);
        else
            _parents[slot] = partition.ReferTo(partition.Accounts.Keys.WorkspaceOf(slot), parentId);
        return before;
    }
}
