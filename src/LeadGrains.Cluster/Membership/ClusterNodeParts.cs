namespace LeadGrains.Cluster.Membership;

/// <summary>What a node of a cluster is made of.</summary>
public sealed record ClusterNodeParts
{
    /// <summary>The node's name, unique in the cluster.</summary>
    public required string Name { get; init; }

    /// <summary>Where nodes know of each other.</summary>
    public required IMembership Membership { get; init; }

    /// <summary>What drives the partitions.</summary>
    public required IPartitionEngine Engine { get; init; }

    /// <summary>Told which partitions the node has. Empty at first.</summary>
    public required ClusterOwnership Ownership { get; init; }

    /// <summary>Paces the heartbeat, and counts the lease by its timestamps.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Told, in a sentence for people, which partitions come and go. On any thread.</summary>
    public Action<string> Tell { get; init; } = static _ => { };
}
