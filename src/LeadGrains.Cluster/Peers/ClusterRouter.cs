using LeadGrains.Cluster.Membership;
using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Cluster.Peers;

/// <summary>
/// The way to all partitions of a cluster: first the loops of this node, then one lane for each other node, by its address.
/// A lane stays what it is as long as the router lives.
/// </summary>
public sealed class ClusterRouter : IPartitionRouter, IAsyncDisposable
{
    private const int Nowhere = -1;
    private const int Here = -2;

    private readonly GrainNode _node;
    private readonly string _name;
    private readonly IPeerLinks _links;
    private readonly int _loops;
    private readonly Dictionary<string, int> _lanes = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private volatile Routes _routes;
    private volatile IPeerLink?[] _peers = [];
    private bool _isDisposed;

    /// <param name="node">This node.</param>
    /// <param name="name">Its name in the cluster.</param>
    /// <param name="partitionCount">Of the store.</param>
    /// <param name="links">Ways to the others.</param>
    public ClusterRouter(GrainNode node, string name, int partitionCount, IPeerLinks links)
    {
        _node = node;
        _name = name;
        _links = links;
        _loops = node.LoopCount;
        PartitionCount = partitionCount;
        _routes = new Routes([.. Enumerable.Repeat(Nowhere, partitionCount)], new long[partitionCount]);
    }

    /// <inheritdoc/>
    public int PartitionCount { get; }

    /// <inheritdoc/>
    public int LaneCount => _loops + _peers.Length;

    /// <inheritdoc/>
    public int LaneOf(int partition)
    {
        var lane = _routes.Lanes[partition];
        return lane == Here ? _node.LoopOf(partition) : lane;
    }

    /// <inheritdoc/>
    public long EpochOf(int partition) => _routes.Epochs[partition];

    /// <inheritdoc/>
    public bool TryPost(int lane, PartitionRequest request)
    {
        if (lane < _loops)
            return _node.TryPost(lane, request);
        if (!request.Travels)
            request.Break(new PartitionUnavailableException("Another node cannot be asked that."));
        else if (_peers[lane - _loops] is { } peer)
            return peer.TryPost(request);
        else
            request.Break(new PartitionMovedException());
        return true;
    }

    /// <summary>Leads to the owners of this view from here on. Links to nodes that are no longer there end.</summary>
    public void Lead(ClusterView view)
    {
        var gone = new List<IPeerLink>();
        lock (_gate)
        {
            if (_isDisposed)
                return;
            var peers = new List<IPeerLink?>(_peers);
            var addresses = view.Members.Where(member => member.Name != _name).ToDictionary(member => member.Name, member => member.Address, StringComparer.Ordinal);
            foreach (var address in addresses.Values)
                Open(address, peers);
            foreach (var (address, lane) in _lanes)
            {
                if (peers[lane] is not { } peer || addresses.ContainsValue(address))
                    continue;
                gone.Add(peer);
                peers[lane] = null;
            }

            // First the lanes, then what leads to them.
            _peers = [.. peers];
            _routes = new Routes(
                [.. view.Partitions.Select(holding => LaneTo(holding.Owner, addresses))], [.. view.Partitions.Select(holding => holding.Epoch)]);
        }

        foreach (var peer in gone)
            _ = peer.DisposeAsync().AsTask();
    }

    /// <summary>Ends all links.</summary>
    public async ValueTask DisposeAsync()
    {
        IPeerLink?[] peers;
        lock (_gate)
        {
            _isDisposed = true;
            peers = _peers;
            _peers = new IPeerLink?[peers.Length];
        }

        foreach (var peer in peers.OfType<IPeerLink>())
            await peer.DisposeAsync();
    }

    private void Open(string address, List<IPeerLink?> peers)
    {
        if (!_lanes.TryGetValue(address, out var lane))
        {
            _lanes.Add(address, lane = peers.Count);
            peers.Add(null);
        }

        peers[lane] ??= _links.Open(address);
    }

    private int LaneTo(string owner, Dictionary<string, string> addresses)
    {
        if (owner == _name)
            return Here;
        return addresses.TryGetValue(owner, out var address) ? _loops + _lanes[address] : Nowhere;
    }

    /// <summary>By partition, a lane and the epoch that it leads to.</summary>
    private sealed record Routes(int[] Lanes, long[] Epochs);
}
