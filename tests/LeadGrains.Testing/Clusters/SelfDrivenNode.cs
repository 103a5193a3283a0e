using LeadGrains.Cluster.Membership;
using LeadGrains.Cluster.Peers;
using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Testing;

/// <summary>
/// A process of a simulated cluster: a node with everything but a store, a network and a clock of its own. Once it has lost its
/// partitions it joins again with a new engine, as the program does.
/// </summary>
internal sealed class SelfDrivenNode : INetworkEnd
{
    private readonly SelfDrivenCluster _cluster;
    private readonly ProcessGate _gate = new();
    private readonly GatedMembership _membership;
    private readonly ProcessTime _time;
    private volatile Life? _life;
    private Task _living = Task.CompletedTask;
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isEnding;

    public SelfDrivenNode(SelfDrivenCluster cluster, string name)
    {
        _cluster = cluster;
        Name = name;
        _membership = new GatedMembership(cluster.Members.MembershipOf(name), _gate);
        _time = new ProcessTime(cluster.Clock, _gate);
    }

    public string Name { get; }

    public bool IsAlive => !_died.Task.IsCompleted;

    public Task Died => _died.Task;

    public bool IsRunning => IsAlive && _gate.IsOpen;

    /// <summary>How often it lost its partitions.</summary>
    public int Losses { get; private set; }

    /// <summary>For asking; null while it has no engine.</summary>
    public TestNode? Asked => _life?.Asked;

    public GrainNode? Engine => _life?.Node;

    public Task RunsAsync() => _gate.RunsAsync();

    public Task<ReadOnlyMemory<byte>> AskAsync(ReadOnlyMemory<byte> request) =>
        _life?.Node.AskAsync(request, CancellationToken.None) ?? Task.FromResult(GrainNode.Refusal(new PartitionMovedException()));

    public void Start() => _living = Task.Run(LiveAsync);

    public void Stop() => _gate.Stop();

    public void GoOn() => _gate.GoOn();

    public void Kill()
    {
        _died.TrySetResult();
        _isEnding = true;
        _gate.Stop();
        _life?.Node.Abort();
    }

    /// <summary>Ends it in good order: the others have its partitions then.</summary>
    public async Task LeaveAsync()
    {
        _isEnding = true;

        // One that still joins is told to stop once it has, and joins only where it reaches the store.
        if (_life is not { Joined.Task.IsCompleted: true })
            _cluster.Members.CutOff(Name, isCutOff: false);
        if (_life is { } life)
        {
            if (await Task.WhenAny(life.Joined.Task, life.Member.Lost, _living) != _living)
                await life.Member.StopAsync();
        }

        _died.TrySetResult();
        life = _life;
        life?.Over.TrySetResult();
        await _living;
    }

    public async Task EndAsync()
    {
        _isEnding = true;
        _gate.GoOn();
        _life?.Over.TrySetResult();
        await _living;
    }

    private async Task LiveAsync()
    {
        while (!_isEnding)
        {
            try
            {
                await LiveOnceAsync();
            }
            catch (Exception failure) when (failure is GrainException or Grains.Storage.StoreUnusableException or Grains.Storage.StaleEpochException)
            {
                // The name is still another process's, or the store does not answer.
                await Task.Delay(5);
            }
        }
    }

    private async Task LiveOnceAsync()
    {
        var ownership = new ClusterOwnership();
        var node = new GrainNode(
            _cluster.Options, new FencedJournal(_cluster.Journal, _cluster.Members, Name, _gate), new FencedStore(_cluster.Store, _cluster.Members, Name, _gate),
            ownership, new ServedModels(1, _cluster.Model), _time);
        var router = new ClusterRouter(node, Name, _cluster.PartitionCount, new SimulatedLinks(_cluster.Network, this, _cluster.Find));
        await node.StartAsync(router, CancellationToken.None);
        var member = new ClusterNode(new ClusterNodeParts
        {
            Name = Name,
            Membership = _membership,
            Engine = new Drive(node, router),
            Ownership = ownership,
            Clock = _time,
        });
        var life = new Life(node, TestNode.Of(node, _cluster.Journal, _cluster.Store, _cluster.Clock, _cluster.Options), member);
        _life = life;
        if (_isEnding)
            life.Over.TrySetResult();
        try
        {
            await member.StartAsync(CancellationToken.None);
            life.Joined.TrySetResult();
            if (await Task.WhenAny(member.Lost, node.Faulted, life.Over.Task) != life.Over.Task)
                Losses++;
        }
        finally
        {
            _life = null;
            await member.DisposeAsync();
            node.Abort();
            await router.DisposeAsync();
            await node.DisposeAsync();
        }
    }

    private sealed record Life(GrainNode Node, TestNode Asked, ClusterNode Member)
    {
        public TaskCompletionSource Joined { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Drive(GrainNode node, ClusterRouter router) : IPartitionEngine
    {
        public uint ModelVersion => 1;

        public bool KeepsPartitions => false;

        public void Lead(ClusterView view) => router.Lead(view);

        public Task AdoptAsync(IReadOnlyList<OwnedPartition> partitions, CancellationToken cancellationToken) => node.AdoptAsync(partitions, cancellationToken);

        public Task ReleaseAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken) => node.ReleaseAsync(partitions).WaitAsync(cancellationToken);

        public void Abort() => node.Abort();
    }
}
