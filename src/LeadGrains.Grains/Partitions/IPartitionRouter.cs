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

    /// <summary>The lane that leads to a partition; -1 where no owner is known.</summary>
    int LaneOf(int partition);

    /// <summary>Puts a request into a lane's queue; false where the queue is full.</summary>
    bool TryPost(int lane, PartitionRequest request);
}
