using LeadGrains.Cluster.Membership;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Cluster.Postgres;

/// <summary>A cluster seen from outside, by those who operate it.</summary>
/// <param name="connectionString">The address of the database.</param>
public sealed class ClusterDirectory(string connectionString) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly MembershipConnections _connections = new(connectionString, Patience);

    /// <summary>What a node would see now.</summary>
    /// <exception cref="PartitionUnavailableException">The database does not answer.</exception>
    /// <exception cref="StoreUnusableException">It holds no store that a cluster has served.</exception>
    public Task<ClusterView> SeeAsync(CancellationToken cancellationToken) =>
        _connections.AskAsync(MembershipCommands.See(), rows => ViewReader.ReadAsync(rows, cancellationToken), cancellationToken);

    /// <summary>By partition, up to which sequence the rows hold everything; 0 for those that are not in it.</summary>
    /// <exception cref="PartitionUnavailableException">The database does not answer.</exception>
    /// <exception cref="StoreUnusableException">It holds no store that a cluster has served.</exception>
    public Task<IReadOnlyDictionary<int, long>> CheckpointsAsync(CancellationToken cancellationToken) => _connections.AskAsync(
        MembershipCommands.Checkpoints(),
        async rows =>
        {
            var checkpoints = new Dictionary<int, long>();
            while (await rows.ReadAsync(cancellationToken))
                checkpoints[rows.GetInt32(0)] = rows.GetInt64(1);
            return (IReadOnlyDictionary<int, long>)checkpoints;
        },
        cancellationToken);

    /// <summary>
    /// Has a node give its partitions to the others, and take none until its process ends; or has it take its share again.
    /// </summary>
    /// <returns>Whether the node lives; null where there is none of the name.</returns>
    /// <exception cref="PartitionUnavailableException">The database does not answer.</exception>
    /// <exception cref="StoreUnusableException">It holds no store that a cluster has served.</exception>
    public Task<bool?> DrainAsync(string node, bool isDrained, CancellationToken cancellationToken) => _connections.AskAsync<bool?>(
        MembershipCommands.Drain(node, isDrained),
        async rows => await rows.ReadAsync(cancellationToken) ? rows.GetBoolean(0) : null,
        cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connections.DisposeAsync();
}
