using LeadGrains.Cluster.Solo;
using LeadGrains.Grains;
using LeadGrains.Host.Serving;
using LeadGrains.Storage.Embedded;

namespace LeadGrains.Host.Composition;

/// <summary>Everything below the gateway, on the embedded store: one node that owns all partitions of one folder.</summary>
internal sealed class EmbeddedEngine : IAsyncDisposable
{
    private readonly GrainNode _node;

    private readonly ModelPublication? _given;

    private EmbeddedEngine(EmbeddedStore store, ModelPublication? given, GrainNode node)
    {
        Store = store;
        _given = given;
        _node = node;
    }

    public EmbeddedStore Store { get; }

    public ServedModel Model => _node.Client.Model;

    public ModelDesk Models => _node.Models;

    public GrainClient Grains => _node.Client;

    /// <summary>Completes with the reason when the engine has stopped by itself.</summary>
    public Task<Exception> Faulted => _node.Faulted;

    /// <summary>Opens the folder and settles the model. Nothing is recovered yet.</summary>
    public static async Task<EmbeddedEngine> OpenAsync(ServeSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        // First, so that a faulty document leaves no folder behind.
        var given = await ModelChoice.ReadAsync(settings.ModelFile, cancellationToken);
        var options = new EmbeddedStoreOptions { Folder = settings.Data, NewStoreId = ProcessRandomness.NewId(), Clock = clock };
        var store = await EmbeddedStore.OpenAsync(options, cancellationToken);
        try
        {
            var model = await ModelChoice.MakeAsync(store.Grains, given, settings.ModelFile, clock, cancellationToken);
            var ownership = new SoloOwnership(store.Grains.PartitionCount);
            var node = new GrainNode(settings.Engine, store.Journal, store.Grains, ownership, model.Active.Model, model.Active.Version, clock);
            return new EmbeddedEngine(store, model.Given, node);
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
        await _node.DisposeAsync();
        await Store.DisposeAsync();
    }
}
