using LeadGrains.Cluster.Membership;
using LeadGrains.Cluster.Peers;
using LeadGrains.Cluster.Postgres;
using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;
using LeadGrains.Host.Serving;
using Microsoft.Extensions.Logging.Abstractions;

namespace LeadGrains.Host.Composition;

/// <summary>What makes an engine one node of several: it is listened to, is a member, and leads to the others.</summary>
internal sealed class ClusterSeat : IPartitionEngine, IAsyncDisposable
{
    private readonly ServeSettings _settings;
    private readonly ClusterSettings _cluster;
    private readonly ClusterOwnership _ownership;
    private readonly GrainNode _node;
    private readonly TimeProvider _clock;
    private readonly PeerSecret _secret;
    private readonly PeerOptions _peering;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<Exception> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ILogger _log = NullLogger.Instance;
    private PeerServer? _server;
    private PostgresMembership? _membership;
    private ClusterNode? _member;

    public ClusterSeat(ServeSettings settings, ClusterOwnership ownership, GrainNode node, int partitionCount, TimeProvider clock)
    {
        _settings = settings;
        _cluster = settings.Cluster!;
        _ownership = ownership;
        _node = node;
        _clock = clock;
        _secret = new PeerSecret(_cluster.Secret);
        _peering = new PeerOptions { Tell = what => ServerLog.PeersChanged(_log, what) };
        Router = new ClusterRouter(node, _cluster.Node, partitionCount, new PeerLinks(_secret, _peering, clock));
    }

    /// <summary>The way to all partitions.</summary>
    public ClusterRouter Router { get; }

    /// <summary>Completes with the reason when the node is no longer one of the cluster.</summary>
    public Task<Exception> Lost => _lost.Task;

    /// <summary>Where others reach it; empty before it has started.</summary>
    public string Address { get; private set; } = "";

    /// <summary>Nodes that are there, this one counted.</summary>
    public int NodesAlive { get; private set; } = 1;

    /// <summary>Which partitions it has.</summary>
    public int PartitionsOwned => _ownership.Owned.Count;

    /// <inheritdoc/>
    public uint ModelVersion => _node.Client.Served.Version;

    /// <inheritdoc/>
    public bool KeepsPartitions => _node.Models.IsBuilding;

    /// <summary>Is listened to, joins, and drives its share.</summary>
    public async Task StartAsync(ILogger log, CancellationToken cancellationToken)
    {
        _log = log;
        _server = new PeerServer(
            _cluster.Listen, new PeerServing { Node = () => _ownership.IsHeld ? _node : null, Secret = _secret, Options = _peering, Closing = _closing.Token });
        var port = await _server.StartAsync(cancellationToken);
        Address = Uri.CheckHostName(_cluster.Host) == UriHostNameType.IPv6 ? $"[{_cluster.Host}]:{port}" : $"{_cluster.Host}:{port}";
        _membership = new PostgresMembership(
            _settings.Store!, new NodeIdentity(_cluster.Node, _cluster.Process, Address), _cluster.Lease, _clock);
        _member = new ClusterNode(new ClusterNodeParts
        {
            Name = _cluster.Node,
            Membership = _membership,
            Engine = this,
            Ownership = _ownership,
            Clock = _clock,
            Tell = what => ServerLog.PartitionsMoved(log, what),
        });
        _ = _member.Lost.ContinueWith(
            lost => _lost.TrySetResult(lost.Result), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await _member.StartAsync(cancellationToken);
    }

    /// <summary>Hands all partitions over to the others, and leaves.</summary>
    public Task StopAsync() => _member is null ? Task.CompletedTask : _member.StopAsync();

    /// <inheritdoc/>
    public void Lead(ClusterView view)
    {
        NodesAlive = view.Members.Count(member => member.IsAlive);
        Router.Lead(view);
    }

    /// <inheritdoc/>
    public Task AdoptAsync(IReadOnlyList<OwnedPartition> partitions, CancellationToken cancellationToken) => _node.AdoptAsync(partitions, cancellationToken);

    /// <inheritdoc/>
    public Task ReleaseAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken) =>
        _node.ReleaseAsync(partitions).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public void Abort() => _node.Abort();

    public async ValueTask DisposeAsync()
    {
        if (_member is not null)
        {
            await _member.DisposeAsync();
        }

        await Router.DisposeAsync();
        await _closing.CancelAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_membership is not null)
        {
            await _membership.DisposeAsync();
        }

        _closing.Dispose();
    }
}
