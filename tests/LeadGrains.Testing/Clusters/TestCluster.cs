using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Testing;

/// <summary>Several nodes of one process over one store in memory; tests say who drives what, and who dies.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    private readonly ScoringModel _model;
    private readonly GrainNodeOptions _options;
    private readonly List<TestMember> _members = [];
    private readonly TickingClock _ticks;

    private TestCluster(ScoringModel model, ManualClock clock, GrainNodeOptions options, int partitions)
    {
        _model = model;
        _options = options;
        Clock = clock;
        Journal = new InMemoryJournal(partitions);
        Store = new InMemoryGrainStore(partitions);
        Owners = [.. Enumerable.Repeat(-1, partitions)];
        Epochs = new long[partitions];
        _ticks = new TickingClock(clock);
    }

    /// <summary>What all nodes write to.</summary>
    public InMemoryJournal Journal { get; }

    /// <summary>The grains at rest.</summary>
    public InMemoryGrainStore Store { get; }

    /// <summary>Of all nodes.</summary>
    public ManualClock Clock { get; }

    /// <summary>What lies between the nodes.</summary>
    public TestNetwork Network { get; } = new();

    /// <summary>By partition, which node drives it; -1 for none.</summary>
    public IList<int> Owners { get; }

    /// <summary>By partition, how often it has changed its owner.</summary>
    public IList<long> Epochs { get; }

    /// <summary>The nodes that live.</summary>
    public IReadOnlyList<int> Alive => [.. _members.Where(member => member.IsAlive).Select(member => member.Index)];

    /// <summary>A node, for asking.</summary>
    public TestNode this[int node] => _members[node].Asked;

    internal IReadOnlyList<TestMember> Members => _members;

    /// <summary>Starts nodes over an empty store, with the partitions dealt out.</summary>
    public static async Task<TestCluster> StartAsync(ScoringModel model, ManualClock clock, GrainNodeOptions options, int partitions, int nodes)
    {
        var cluster = new TestCluster(model, clock, options, partitions);
        var stored = new StoredModel(1, model.ContentHash.ToArray(), model.Yaml, "tests", Instant.FromDateTimeOffset(clock.GetUtcNow()), "");
        var active = new ActiveModel(1, new long[partitions]);
        await cluster.Store.ActivateAsync(new ModelActivation { Active = active, Added = stored }, CancellationToken.None);
        for (var node = 0; node < nodes; node++)
            await cluster.JoinAsync();
        for (var partition = 0; partition < partitions; partition++)
            await cluster.AdoptAsync(partition % nodes, [partition]);
        return cluster;
    }

    /// <summary>One more node, which drives nothing.</summary>
    /// <returns>Its number.</returns>
    public async Task<int> JoinAsync()
    {
        var active = await Store.ReadActiveModelAsync(CancellationToken.None);
        var served = active!.Version == 1
            ? new ServedModels(1, _model)
            : new ModelBook(await Store.ReadModelsAsync(CancellationToken.None)).ServedAt(active.Version);
        var node = new GrainNode(_options, Journal, Store, new MovingOwnership(this, _members.Count), served, Clock);
        var member = new TestMember(_members.Count, node, TestNode.Of(node, Journal, Store, Clock, _options));
        _members.Add(member);
        await node.StartAsync(new TestClusterRouter(this, member), CancellationToken.None);
        return member.Index;
    }

    /// <summary>Nobody drives these; this node does from here on.</summary>
    public Task AdoptAsync(int node, IReadOnlyList<int> partitions)
    {
        foreach (var partition in partitions)
        {
            Epochs[partition]++;
            Owners[partition] = node;
        }

        return _members[node].Node.AdoptAsync([.. partitions.Select(partition => new OwnedPartition(partition, Epochs[partition]))], CancellationToken.None);
    }

    /// <summary>Moves a partition in good order.</summary>
    public async Task MoveAsync(int partition, int to)
    {
        await ReleaseAsync(partition);
        await AdoptAsync(to, [partition]);
    }

    /// <summary>Its owner gives a partition up.</summary>
    public Task ReleaseAsync(int partition) => _members[Owners[partition]].Node.ReleaseAsync([partition]);

    /// <summary>A node dies at this instant. Nobody drives its partitions.</summary>
    /// <returns>Which these are.</returns>
    public IReadOnlyList<int> Kill(int node)
    {
        _members[node].Die();
        _members[node].Node.Abort();
        return [.. Enumerable.Range(0, Owners.Count).Where(partition => Owners[partition] == node)];
    }

    /// <summary>Time passes only as tests say.</summary>
    public void HoldClock(bool isStill = true) => _ticks.Hold(isStill);

    /// <summary>Waits until all accounts have heard from all contacts.</summary>
    public async Task CompleteAsync()
    {
        for (var tries = 0; _members.Any(member => member.IsAlive && member.Node.IncompletePartitions.Count > 0); tries++)
        {
            if (tries > 12_000)
                throw new TimeoutException("Some accounts never heard from all contacts: " + string.Join("; ", _members.Where(member => member.IsAlive).Select(member => $"node {member.Index}: {string.Join(',', member.Node.IncompletePartitions)}")));
            await Task.Delay(5);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ticks.DisposeAsync();
        Journal.Release();
        Store.ReleaseAll();
        foreach (var member in _members)
            await member.Node.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
    }

    private sealed class MovingOwnership(TestCluster cluster, int node) : IPartitionOwnership
    {
        public IReadOnlyList<OwnedPartition> Owned =>
            [.. cluster.Owners.Index().Where(owner => owner.Item == node).Select(owner => new OwnedPartition(owner.Index, cluster.Epochs[owner.Index]))];

        public bool MayMove => true;
    }
}
