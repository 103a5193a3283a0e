using LeadGrains.Cluster.Solo;
using LeadGrains.Grains;
using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Composition;

/// <summary>Everything below the gateway, one node that owns all partitions of its store.</summary>
internal sealed class GrainEngine : IAsyncDisposable
{
    private readonly GrainNode _node;

    private readonly ModelPublication? _given;

    private readonly Task<Exception> _faultedOrLost;

    private GrainEngine(OpenedStore store, ModelPublication? given, GrainNode node)
    {
        Store = store;
        _given = given;
        _node = node;
        _faultedOrLost = Task.WhenAny(node.Faulted, store.Lost).Unwrap();
    }

    public OpenedStore Store { get; }

    public ServedModel Model => _node.Client.Model;

    public ModelDesk Models => _node.Models;

    public GrainClient Grains => _node.Client;

    /// <summary>Completes with the reason when the engine has stopped by itself, or its store is no longer its own.</summary>
    public Task<Exception> Faulted => _node.Faulted.IsCompleted ? _node.Faulted : _faultedOrLost;

    /// <summary>Opens the store and settles the model. Nothing is recovered yet.</summary>
    public static async Task<GrainEngine> OpenAsync(ServeSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        // First, so that a faulty document leaves no store behind.
        var given = await ModelChoice.ReadAsync(settings.ModelFile, cancellationToken);
        var store = await OpenedStore.OpenAsync(settings, clock, cancellationToken);
        try
        {
            var model = await ModelChoice.MakeAsync(store.Grains, given, settings.ModelFile, clock, cancellationToken);
            var node = new GrainNode(settings.Engine, store.Journal, store.Grains, store.Ownership, model.Active.Model, model.Active.Version, clock);
            return new GrainEngine(store, model.Given, node);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reads rows and journal, and begins to work.</summary>
    public Task<RecoveryReport> RecoverAsync(CancellationToken cancellationToken) =>
        _node.StartAsync(new SoloRouter(_node, Store.Grains.PartitionCount), cancellationToken);

    /// <summary>Publishes the model that was given, where it is not the active one; null where it is.</summary>
    public async Task<PublishedModel?> PublishGivenAsync(Action<RescoreProgress> progress, CancellationToken cancellationToken) =>
        _given is null ? null : await _node.Models.PublishAsync(_given, progress, cancellationToken);

    /// <summary>Finishes what has been asked and writes all rows.</summary>
    public Task StopAsync() => _node.StopAsync();

    public async ValueTask DisposeAsync()
    {
        // What is left of a node that may not write, or could not, is of no use, and may take as long as the database is away.
        if (Faulted.IsCompleted)
        {
            _node.Abort();
        }

        await _node.DisposeAsync();
        await Store.DisposeAsync();
    }
}
