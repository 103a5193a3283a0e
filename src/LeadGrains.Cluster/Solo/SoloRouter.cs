using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Cluster.Solo;

/// <summary>Every partition is driven here: a lane is one of the node's loops.</summary>
public sealed class SoloRouter : IPartitionRouter
{
    private readonly GrainNode _node;
    private readonly int[] _lanes;

    /// <param name="node">The only node.</param>
    /// <param name="partitionCount">Of the store.</param>
    public SoloRouter(GrainNode node, int partitionCount)
    {
        _node = node;
        _lanes = [.. Enumerable.Range(0, partitionCount).Select(node.LoopOf)];
    }

    /// <inheritdoc/>
    public int PartitionCount => _lanes.Length;

    /// <inheritdoc/>
    public int LaneCount => _node.LoopCount;

    /// <inheritdoc/>
    public int LaneOf(int partition) => _lanes[partition];

    /// <inheritdoc/>
    public bool TryPost(int lane, PartitionRequest request) => _node.TryPost(lane, request);
}
