using LeadGrains.Cluster.Membership;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using Npgsql;

namespace LeadGrains.Cluster.Postgres;

/// <summary>The membership of one node in the database that keeps everything else, too.</summary>
public sealed class PostgresMembership : IMembership, IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly MembershipConnections _connections;
    private readonly NodeIdentity _node;
    private readonly TimeProvider _clock;

    /// <summary>Asks nothing yet. The store of the database has been opened before, which makes its tables.</summary>
    /// <param name="connectionString">The address of the database.</param>
    /// <param name="node">Who joins.</param>
    /// <param name="lease">As <see cref="Lease"/>.</param>
    /// <param name="clock">Paces the waiting for others; nothing is dated by it.</param>
    public PostgresMembership(string connectionString, NodeIdentity node, TimeSpan lease, TimeProvider clock)
    {
        _connections = new MembershipConnections(connectionString, lease / 4);
        _node = node;
        _clock = clock;
        Lease = lease;
    }

    /// <inheritdoc/>
    public TimeSpan Lease { get; }

    /// <inheritdoc/>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        Obstacle? first = null;
        while (true)
        {
            if (await SeeObstacleAsync(cancellationToken) is { } obstacle)
            {
                // A lease that moves is one of a process that lives.
                if (first is { } before && before.IsMovedBy(obstacle))
                    throw new StoreUnusableException($"{_connections.Name}: {obstacle.Advice}");
                first = obstacle;
                await Task.Delay(obstacle.Left + BetweenLooks, _clock, cancellationToken);
            }
            else if (await _connections.AskAsync(MembershipCommands.Join(_node, Lease), async rows => await rows.ReadAsync(cancellationToken), cancellationToken))
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public Task<ClusterView> BeatAsync(MemberState state, IReadOnlyList<OwnedPartition> owned, CancellationToken cancellationToken) => _connections.AskAsync(
        MembershipCommands.Beat(_node, state, owned, Lease),
        async rows =>
        {
            if (!await rows.ReadAsync(cancellationToken))
                throw new StaleEpochException($"The node {_node.Name} is no longer in the cluster: its lease ended, and another process may have its name.");
            await rows.NextResultAsync(cancellationToken);
            return await ViewReader.ReadAsync(rows, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OwnedPartition>> TakeAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken) => _connections.AskAsync(
        MembershipCommands.Take(_node, [.. partitions], Lease),
        async rows =>
        {
            var taken = new List<OwnedPartition>();
            while (await rows.ReadAsync(cancellationToken))
                taken.Add(new OwnedPartition(rows.GetInt32(0), rows.GetInt64(1)));
            return (IReadOnlyList<OwnedPartition>)[.. taken.OrderBy(own => own.Partition)];
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task GiveBackAsync(IReadOnlyList<OwnedPartition> partitions, CancellationToken cancellationToken) =>
        _connections.AskAsync(MembershipCommands.GiveBack(_node, partitions), static _ => Task.FromResult(true), cancellationToken);

    /// <inheritdoc/>
    public Task LeaveAsync(CancellationToken cancellationToken) =>
        _connections.AskAsync(MembershipCommands.End(_node), static _ => Task.FromResult(true), cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    private Task<Obstacle?> SeeObstacleAsync(CancellationToken cancellationToken) => _connections.AskAsync(
        MembershipCommands.Obstacles(_node),
        async rows =>
        {
            Obstacle? found = null;
            if (await rows.ReadAsync(cancellationToken))
                found = new Obstacle(rows, rows.GetString(0), $"{rows.GetString(0)} has all partitions for itself. Stop it, and start it again with --cluster.");
            await rows.NextResultAsync(cancellationToken);
            if (await rows.ReadAsync(cancellationToken))
                found = new Obstacle(rows, _node.Name, $"Another process is the node {_node.Name}. Stop it, or give this one another name with --node.");
            return found;
        },
        cancellationToken);

    /// <summary>Who is in the way, until when unless it lives.</summary>
    private sealed class Obstacle(NpgsqlDataReader row, string who, string advice)
    {
        private readonly string _who = who;
        private readonly DateTime _end = row.GetDateTime(1);

        public TimeSpan Left { get; } = row.GetTimeSpan(2);

        public string Advice => advice;

        public bool IsMovedBy(Obstacle later) => later._who != _who || later._end != _end;
    }
}
