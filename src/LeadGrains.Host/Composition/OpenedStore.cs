using System.Globalization;
using LeadGrains.Cluster.Solo;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Host.Serving;
using LeadGrains.Storage.Embedded;
using LeadGrains.Storage.Postgres;

namespace LeadGrains.Host.Composition;

/// <summary>The store of a server, whichever it is: a folder, or a PostgreSQL database.</summary>
internal sealed class OpenedStore : IAsyncDisposable
{
    private readonly IAsyncDisposable _store;

    private OpenedStore(EmbeddedStore store, string folder)
    {
        _store = store;
        Name = Path.GetFullPath(folder);
        Journal = store.Journal;
        Grains = store.Grains;
        Ownership = new SoloOwnership(store.Grains.PartitionCount);
        TornTail = store.TornTail;
        Lost = new TaskCompletionSource<Exception>().Task;
    }

    private OpenedStore(PostgresStore store)
    {
        _store = store;
        Name = store.Name;
        Journal = store.Journal;
        Grains = store.Grains;
        Ownership = store.Ownership;
        Lost = store.Lost;
    }

    /// <summary>Where the data is, for people.</summary>
    public string Name { get; }

    public IJournal Journal { get; }

    public IGrainStore Grains { get; }

    public IPartitionOwnership Ownership { get; }

    /// <summary>What opening cut off the journal; null where there was nothing.</summary>
    public TornTail? TornTail { get; }

    /// <summary>Completes with the reason when nothing more can be written, since another process has taken over.</summary>
    public Task<Exception> Lost { get; }

    public static async Task<OpenedStore> OpenAsync(ServeSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (settings.Store is null)
        {
            var options = new EmbeddedStoreOptions { Folder = settings.Data, NewStoreId = ProcessRandomness.NewId(), Clock = clock };
            return new OpenedStore(await EmbeddedStore.OpenAsync(options, cancellationToken), settings.Data);
        }

        return new OpenedStore(await PostgresStore.OpenAsync(
            new PostgresStoreOptions
            {
                ConnectionString = settings.Store,
                NewStoreId = ProcessRandomness.NewId(),
                Owner = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"),
                Clock = clock,
            },
            cancellationToken));
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
