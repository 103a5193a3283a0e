namespace LeadGrains.Cluster.Membership;

/// <summary>Who is there and who has which partition, as the database said at one instant.</summary>
/// <param name="Members">All nodes that are known, by name, ascending (ordinal).</param>
/// <param name="Partitions">All partitions of the store, from 0.</param>
/// <param name="ModelVersion">The version of the active model; 0 in a store without one.</param>
public sealed record ClusterView(IReadOnlyList<ClusterMember> Members, IReadOnlyList<PartitionHolding> Partitions, uint ModelVersion);

/// <summary>A node.</summary>
/// <param name="Name">Unique in the cluster; not empty.</param>
/// <param name="Address">Where other nodes reach it: host:port.</param>
/// <param name="State">How far it is.</param>
/// <param name="IsAlive">Its heartbeat has been heard within the lease.</param>
public sealed record ClusterMember(string Name, string Address, MemberState State, bool IsAlive);

/// <summary>How far a node is.</summary>
public enum MemberState
{
    /// <summary>It takes partitions, and does not drive its share yet.</summary>
    Joining = 0,

    /// <summary>It drives its partitions.</summary>
    Serving = 1,

    /// <summary>It gives its partitions to the others, if there are any, since it ends or was told to.</summary>
    Draining = 2,
}

/// <summary>Who has a partition.</summary>
/// <param name="Partition">From 0.</param>
/// <param name="Owner">The node's name, or what a server without a cluster calls itself; empty where it was given back.</param>
/// <param name="Epoch">Of that ownership.</param>
/// <param name="Left">Until the lease ends, by the database's clock; zero or less where it has ended.</param>
/// <param name="LastSequence">Where its journal ends.</param>
public readonly record struct PartitionHolding(int Partition, string Owner, long Epoch, TimeSpan Left, long LastSequence)
{
    /// <summary>Anybody may take it.</summary>
    public bool IsFree => Owner.Length == 0 || Left <= TimeSpan.Zero;
}
