using LeadGrains.Cluster.Membership;
using LeadGrains.Cluster.Solo;
using LeadGrains.Grains;
using LeadGrains.Grains.Erasing;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Composition;

/// <summary>Everything below the gateway: one node that owns all partitions of its store, or one of several that share it.</summary>
internal sealed class GrainEngine : IAsyncDisposable
{
    private readonly GrainNode _node;

    private readonly ModelPublication? _given;

    private readonly Task<Exception> _faultedOrLost;

    private GrainEngine(OpenedStore store, ModelPublication? given, GrainNode node, ClusterSeat? seat)
    {
        Store = store;
        _given = given;
        _node = node;
        Seat = seat;
        _faultedOrLost = Task.WhenAny(node.Faulted, seat is null ? store.Lost : seat.Lost).Unwrap();
    }

    /// <summary>Its part in a cluster; null where it is alone.</summary>
    public ClusterSeat? Seat { get; }

    public OpenedStore Store { get; }

    /// <summary>What the workspace "default" is scored by.</summary>
    public ServedModel Model => _node.Client.ModelOf(Workspaces.Default);

    public ModelDesk Models => _node.Models;

    public GrainClient Grains => _node.Client;

    /// <inheritdoc cref="GrainNode.QueueDelay"/>
    public TimeSpan QueueDelay => _node.QueueDelay;

    /// <summary>Where nodes share the store, one of them does.</summary>
    public bool DrivesTheFirstPartition => _node.LoopOf(0) >= 0;

    /// <inheritdoc cref="GrainNode.WatchRetention"/>
    public void WatchRetention(Func<RetentionReport, CancellationToken, Task> told) => _node.WatchRetention(told);

    /// <summary>Completes with the reason when the engine has stopped by itself, or its store or partitions are no longer its own.</summary>
    public Task<Exception> Faulted => _node.Faulted.IsCompleted ? _node.Faulted : _faultedOrLost;

    /// <summary>Opens the store and settles the model. Nothing is recovered yet.</summary>
    public static async Task<GrainEngine> OpenAsync(ServeSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        // First, so that a faulty document leaves no store behind.
        var given = await ModelChoice.ReadAsync(settings.ModelFile, cancellationToken);
        var shared = settings.Cluster is null ? null : new ClusterOwnership();
        var store = await OpenedStore.OpenAsync(settings, shared, clock, cancellationToken);
        try
        {
            var model = await ModelChoice.MakeAsync(store.Grains, given, settings.ModelFile, clock, cancellationToken);
            if (shared is not null)
            {
                model.RequireActive(settings.ModelFile);
            }

            var erasing = new ErasingStore(store.Registry, store.People, ProcessRandomness.NewSecret());
            var node = new GrainNode(
                settings.Engine, store.Journal, store.Grains, store.Ownership, model.Active, clock, erasing);
            var seat = shared is null ? null : new ClusterSeat(settings, shared, node, store.Grains.PartitionCount, clock);
            return new GrainEngine(store, model.Given, node, seat);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads rows and journal, and begins to work. Where others share the store, there is nothing to read before it has joined them.</summary>
    public Task<RecoveryReport> RecoverAsync(CancellationToken cancellationToken) =>
        _node.StartAsync(Seat is null ? new SoloRouter(_node, Store.Grains.PartitionCount) : Seat.Router, cancellationToken);

    /// <summary>Publishes the model that was given, where it is not the active one; null where it is.</summary>
    public async Task<PublishedModel?> PublishGivenAsync(Action<RescoreProgress> progress, CancellationToken cancellationToken) =>
        _given is null ? null : await _node.Models.PublishAsync(_given, progress, cancellationToken);

    /// <summary>Finishes what has been asked and writes all rows. Where others share the store, they take the partitions over.</summary>
    public async Task StopAsync()
    {
        if (Seat is not null)
        {
            await Seat.StopAsync();
        }

        await _node.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // What is left of a node that may not write, or could not, is of no use, and may take as long as the database is away.
        if (Faulted.IsCompleted)
        {
            _node.Abort();
        }

        if (Seat is not null)
        {
            await Seat.DisposeAsync();
        }

        await _node.DisposeAsync();
        await Store.DisposeAsync();
    }
}
