using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Testing;

/// <summary>
/// A cluster in one process whose nodes decide themselves who drives what: real membership logic, router, grains and loops
/// over a store, a network and a clock that tests command.
/// </summary>
public sealed class SelfDrivenCluster : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromMilliseconds(800);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, SelfDrivenNode> _nodes = [];
    private readonly List<SelfDrivenNode> _gone = [];
    private readonly TickingClock _ticks;

    private SelfDrivenCluster(ScoringModel model, ManualClock clock, GrainNodeOptions options, int partitions)
    {
        Model = model;
        Clock = clock;
        Options = options;
        PartitionCount = partitions;
        Journal = new InMemoryJournal(partitions);
        Store = new InMemoryGrainStore(partitions);
        Members = new InMemoryCluster(partitions, Lease, clock);
        _ticks = new TickingClock(clock);
    }

    /// <summary>Of all processes.</summary>
    public ManualClock Clock { get; }

    /// <summary>Where nodes know of each other.</summary>
    public InMemoryCluster Members { get; }

    /// <summary>What lies between the nodes.</summary>
    public TestNetwork Network { get; } = new();

    /// <summary>The processes that run: neither dead nor stopped.</summary>
    public IReadOnlyList<string> Running
    {
        get
        {
            lock (_gate)
                return [.. _nodes.Where(node => node.Value.IsRunning).Select(node => node.Key).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>How often a node lost its partitions without giving them away.</summary>
    public int Losses
    {
        get
        {
            lock (_gate)
                return _nodes.Values.Concat(_gone).Sum(node => node.Losses);
        }
    }

    /// <summary>Who drives what and waits for what, for people.</summary>
    public string State
    {
        get
        {
            IsComplete(out var why);
            var view = Members.View;
            return $"{why}; members {string.Join(", ", view.Members)}; partitions {string.Join(", ", view.Partitions)}";
        }
    }

    internal ScoringModel Model { get; }

    internal GrainNodeOptions Options { get; }

    internal int PartitionCount { get; }

    internal InMemoryJournal Journal { get; }

    internal InMemoryGrainStore Store { get; }

    /// <summary>Starts nodes over an empty store.</summary>
    public static async Task<SelfDrivenCluster> StartAsync(ScoringModel model, ManualClock clock, GrainNodeOptions options, int partitions, int nodes)
    {
        var cluster = new SelfDrivenCluster(model, clock, options, partitions);
        var stored = new StoredModel(1, model.ContentHash.ToArray(), model.Yaml, "tests", Instant.FromDateTimeOffset(clock.GetUtcNow()), "");
        await cluster.Store.ActivateAsync(new ModelActivation { Active = new ActiveModel(1, new long[partitions]), Added = stored }, CancellationToken.None);
        for (var node = 0; node < nodes; node++)
            cluster.Join($"n{node}");
        return cluster;
    }

    /// <summary>A node for asking; null where it has no engine at present.</summary>
    public TestNode? Ask(string node)
    {
        lock (_gate)
            return _nodes.GetValueOrDefault(node)?.Asked;
    }

    /// <summary>Starts a process. One of that name must have died.</summary>
    public void Join(string name)
    {
        var node = new SelfDrivenNode(this, name);
        lock (_gate)
            _nodes.Add(name, node);
        node.Start();
    }

    /// <summary>The process dies at this instant.</summary>
    public void Kill(string name) => Take(name).Kill();

    /// <summary>The process ends in good order.</summary>
    public Task LeaveAsync(string name) => Take(name).LeaveAsync();

    /// <summary>The process is stopped, as by SIGSTOP.</summary>
    public void Stop(string name) => Find(name)!.Stop();

    /// <summary>The process goes on.</summary>
    public void GoOn(string name) => Find(name)?.GoOn();

    /// <summary>Time passes only as tests say.</summary>
    public void HoldClock(bool isStill = true) => _ticks.Hold(isStill);

    /// <summary>
    /// Waits until all partitions are driven by somebody, and all accounts have heard from all contacts: however long that
    /// takes, since whoever asks knows how long he has, and <see cref="State"/> says what is missing.
    /// </summary>
    public async Task CompleteAsync()
    {
        while (!IsComplete(out _))
            await Task.Delay(5);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        HoldClock(isStill: false);
        foreach (var node in _nodes.Values.Concat(_gone).ToList())
            await node.EndAsync();
        await _ticks.DisposeAsync();
    }

    /// <summary>The nodes that have an engine, by name.</summary>
    public IReadOnlyList<(string Name, GrainNode Engine)> Engines
    {
        get
        {
            lock (_gate)
                return [.. _nodes.Values.Select(node => (node.Name, node.Engine)).Where(node => node.Engine is not null).Select(node => (node.Name, node.Engine!))];
        }
    }

    internal SelfDrivenNode? Find(string name)
    {
        lock (_gate)
            return _nodes.GetValueOrDefault(name);
    }

    private SelfDrivenNode Take(string name)
    {
        lock (_gate)
        {
            _nodes.Remove(name, out var node);
            _gone.Add(node!);
            return node!;
        }
    }

    private bool IsComplete(out string why)
    {
        var view = Members.View;
        var free = view.Partitions.Where(holding => Find(holding.Owner) is null or { Engine: null }).Select(holding => holding.Partition).ToList();
        var nodes = Engines.Select(node => (
            node.Name, Incomplete: node.Engine.IncompletePartitions, Driven: Enumerable.Range(0, PartitionCount).Count(partition => node.Engine.LoopOf(partition) >= 0))).ToList();
        why = $"nobody drives {string.Join(',', free)}; {string.Join("; ", nodes.Select(node => $"{node.Name} drives {node.Driven} and waits for {string.Join(',', node.Incomplete)}"))}";
        return free.Count == 0 && nodes.Sum(node => node.Driven) == PartitionCount && nodes.All(node => node.Incomplete.Count == 0);
    }
}
