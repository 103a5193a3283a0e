namespace LeadGrains.Grains.Partitions;

/// <summary>
/// The way to a partition's owner. A lane is one loop of this node or one other node: a request is split only where
/// its items belong to different lanes.
/// </summary>
public interface IPartitionRouter
{
    /// <summary>How many partitions the store has.</summary>
    int PartitionCount { get; }

    /// <summary>How many lanes there are now.</summary>
    int LaneCount { get; }

    /// <summary>
    /// The lane that leads to a partition; -1 where nobody is known to drive it. It stays the same until another epoch is
    /// known, whether or not somebody answers there.
    /// </summary>
    int LaneOf(int partition);

    /// <summary>The epoch under which the partition is driven where <see cref="LaneOf"/> leads.</summary>
    long EpochOf(int partition) => 0;

    /// <summary>Puts a request into a lane's queue; false where the queue is full.</summary>
    bool TryPost(int lane, PartitionRequest request);
}
