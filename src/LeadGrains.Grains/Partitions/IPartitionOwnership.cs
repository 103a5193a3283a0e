namespace LeadGrains.Grains.Partitions;

/// <summary>Which partitions this node owns. Every durable write carries the epoch of the ownership.</summary>
public interface IPartitionOwnership
{
    /// <summary>The partitions owned now, in ascending order.</summary>
    IReadOnlyList<OwnedPartition> Owned { get; }

    /// <summary>
    /// Whether the partitions are this node's for certain, by its own monotonic clock. Where not, another may have them, and
    /// what is read here may be of the past. It may become true again.
    /// </summary>
    bool IsHeld => true;

    /// <summary>Partitions come and go while the node runs: it begins without any, whatever it owns.</summary>
    bool MayMove => false;
}

/// <summary>A partition and the epoch it is owned under; a new owner has a higher one.</summary>
public readonly record struct OwnedPartition(int Partition, long Epoch);
