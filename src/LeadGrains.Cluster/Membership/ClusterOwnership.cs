using LeadGrains.Grains.Partitions;

namespace LeadGrains.Cluster.Membership;

/// <summary>The partitions that a node of a cluster has at present. Safe for many threads.</summary>
public sealed class ClusterOwnership : IPartitionOwnership
{
    private readonly Lock _gate = new();
    private volatile IReadOnlyList<OwnedPartition> _owned = [];
    private volatile Func<bool> _isHeld = static () => false;

    /// <inheritdoc/>
    public IReadOnlyList<OwnedPartition> Owned => _owned;

    /// <inheritdoc/>
    public bool IsHeld => _isHeld();

    /// <inheritdoc/>
    public bool MayMove => true;

    /// <summary>Says from here on whether the lease lasts.</summary>
    internal void HeldWhile(Func<bool> lasts) => _isHeld = lasts;

    internal void Add(IEnumerable<OwnedPartition> taken)
    {
        lock (_gate)
            _owned = [.. _owned.Concat(taken).OrderBy(owned => owned.Partition)];
    }

    /// <summary>Gives those of the partitions that were there.</summary>
    internal IReadOnlyList<OwnedPartition> Remove(IReadOnlyCollection<int> partitions)
    {
        lock (_gate)
        {
            var removed = _owned.Where(owned => partitions.Contains(owned.Partition)).ToList();
            _owned = [.. _owned.Except(removed)];
            return removed;
        }
    }
}
