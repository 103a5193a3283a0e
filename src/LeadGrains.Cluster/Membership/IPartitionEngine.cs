using LeadGrains.Grains.Partitions;

namespace LeadGrains.Cluster.Membership;

/// <summary>What drives a node's partitions, and leads to those of the others.</summary>
public interface IPartitionEngine
{
    /// <summary>The version of the model that it scores under.</summary>
    uint ModelVersion { get; }

    /// <summary>No partition can go at present: all of them are being scored under another model.</summary>
    bool KeepsPartitions { get; }

    /// <summary>Leads to the partitions' owners as they are seen now.</summary>
    void Lead(ClusterView view);

    /// <summary>Drives partitions from here on; done once their contacts are served.</summary>
    Task AdoptAsync(IReadOnlyList<OwnedPartition> partitions, CancellationToken cancellationToken);

    /// <summary>Drives partitions no more: done once nothing is under way for them and all of it is written.</summary>
    Task ReleaseAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken);

    /// <summary>Stops at once, finishing nothing. Nothing is written any more when it returns.</summary>
    void Abort();
}
