using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Cluster.Membership;

/// <summary>
/// What the nodes of a cluster know of each other, kept where all of them can reach it. Each method is one step there:
/// done or not. Whoever does not hear the answer may do it again.
/// </summary>
public interface IMembership
{
    /// <summary>How long a node and its partitions are believed to be there after a beat.</summary>
    TimeSpan Lease { get; }

    /// <summary>
    /// Enters this node. Waits until a process that had the name before has not been heard of for a lease, and for the end of
    /// the lease of a server that had all partitions for itself.
    /// </summary>
    /// <exception cref="StoreUnusableException">Another process that lives has the name, or all partitions.</exception>
    Task JoinAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Says that this node is there, keeps those of the given partitions that are still its own under these epochs, and
    /// looks around.
    /// </summary>
    /// <param name="state">How far it is. It is shown as draining, too, where somebody asked for that.</param>
    /// <param name="owned">What it has.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PartitionUnavailableException">No answer; it may have been done.</exception>
    /// <exception cref="StaleEpochException">This node is no longer entered.</exception>
    Task<ClusterView> BeatAsync(MemberState state, IReadOnlyList<OwnedPartition> owned, CancellationToken cancellationToken);

    /// <summary>Takes those of the partitions that are free: the epoch of each rises.</summary>
    /// <returns>Those that were.</returns>
    /// <exception cref="PartitionUnavailableException">No answer; it may have been done.</exception>
    Task<IReadOnlyList<OwnedPartition>> TakeAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken);

    /// <summary>Gives partitions back that nothing is written to any more, so that the next owner need not wait.</summary>
    /// <exception cref="PartitionUnavailableException">No answer; it may have been done.</exception>
    Task GiveBackAsync(IReadOnlyList<OwnedPartition> partitions, CancellationToken cancellationToken);

    /// <summary>Ends the membership, and gives back whatever is left under the node's name.</summary>
    /// <exception cref="PartitionUnavailableException">No answer; it may have been done.</exception>
    Task LeaveAsync(CancellationToken cancellationToken);
}
