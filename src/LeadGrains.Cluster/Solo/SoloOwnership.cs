using LeadGrains.Grains.Partitions;

namespace LeadGrains.Cluster.Solo;

/// <summary>One node owns every partition, always. The lock on the data folder keeps a second one out.</summary>
public sealed class SoloOwnership(int partitionCount) : IPartitionOwnership
{
    private const long OnlyEpoch = 1;

    /// <inheritdoc/>
    public IReadOnlyList<OwnedPartition> Owned { get; } =
        [.. Enumerable.Range(0, partitionCount).Select(partition => new OwnedPartition(partition, OnlyEpoch))];
}
