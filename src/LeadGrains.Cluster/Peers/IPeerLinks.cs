using LeadGrains.Grains.Partitions;

namespace LeadGrains.Cluster.Peers;

/// <summary>Ways to other nodes.</summary>
public interface IPeerLinks
{
    /// <summary>Begins a link. It connects by itself, and again when it breaks.</summary>
    /// <param name="address">Where the node is reached: host:port.</param>
    IPeerLink Open(string address);
}

/// <summary>The way to one other node. Disposed, it ends all requests that are on their way.</summary>
public interface IPeerLink : IAsyncDisposable
{
    /// <summary>
    /// Takes a request and ends it, sooner or later: with the other node's answer, with
    /// <see cref="Grains.PartitionMovedException"/> where it never left, with
    /// <see cref="Grains.PartitionUnavailableException"/> where nobody knows. Requests arrive in the order in which they
    /// are posted.
    /// </summary>
    /// <returns>False where there is no room; then nothing became of it.</returns>
    bool TryPost(PartitionRequest request);
}
