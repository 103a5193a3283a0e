namespace LeadGrains.Grains.Partitions;

/// <summary>Which partitions this node owns. Every durable write carries the epoch of the ownership.</summary>
public interface IPartitionOwnership
{
    /// <summary>The partitions owned now, in ascending order.</summary>
    IReadOnlyList<OwnedPartition> Owned { get; }

    /// <summary>Partitions come and go while the node runs: it begins without any, whatever it owns.</summary>
    bool MayMove => false;
}

/// <summary>A partition and the epoch it is owned under; a new owner has a higher one.</summary>
public readonly record struct OwnedPartition(int Partition, long Epoch);
