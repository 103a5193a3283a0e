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
    private readonly Guid _id;
    private readonly Func<CancellationToken, Task> _finishCopy;

    private OpenedStore(EmbeddedStore store, string folder)
    {
        (_store, _id, _finishCopy) = (store, store.Id, store.FinishCopyAsync);
        Name = Path.GetFullPath(folder);
        Journal = store.Journal;
        Grains = store.Grains;
        Registry = store.Registry;
        People = store.People;
        Ownership = new SoloOwnership(store.Grains.PartitionCount);
        TornTail = store.TornTail;
        Lost = new TaskCompletionSource<Exception>().Task;
    }

    private OpenedStore(PostgresStore store)
    {
        (_store, _id, _finishCopy) = (store, store.Id, store.FinishCopyAsync);
        Name = store.Name;
        Journal = store.Journal;
        Grains = store.Grains;
        Registry = store.Registry;
        People = store.People;
        Ownership = store.Ownership;
        Lost = store.Lost;
    }

    /// <summary>Where the data is, for people.</summary>
    public string Name { get; }

    public IJournal Journal { get; }

    public IGrainStore Grains { get; }

    public IRegistry Registry { get; }

    public IPersonalData People { get; }

    public IPartitionOwnership Ownership { get; }

    /// <summary>What opening cut off the journal; null where there was nothing.</summary>
    public TornTail? TornTail { get; }

    /// <summary>Completes with the reason when nothing more can be written, since another process has taken over.</summary>
    public Task<Exception> Lost { get; }

    /// <summary>Opens the store of a server.</summary>
    /// <param name="settings">Says where it is.</param>
    /// <param name="shared">What this process has of a database that others use, too; null where it has all.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<OpenedStore> OpenAsync(
        ServeSettings settings, IPartitionOwnership? shared, TimeProvider clock, CancellationToken cancellationToken) => OpenAsync(
        settings.Store is { } address ? StoreLocation.Database(address) : StoreLocation.Folder(settings.Data), clock, null, cancellationToken, shared);

    /// <summary>Opens the store that is copied: there must be one.</summary>
    public static Task<OpenedStore> OpenSourceAsync(StoreLocation location, TimeProvider clock, CancellationToken cancellationToken) =>
        OpenAsync(location, clock, new Copied(null, null), cancellationToken);

    /// <summary>Opens what the copy goes into: there must be none, or an unfinished copy of the same store.</summary>
    public static Task<OpenedStore> OpenCopyAsync(StoreLocation location, OpenedStore source, TimeProvider clock, CancellationToken cancellationToken) =>
        OpenAsync(location, clock, new Copied(source._id, source.Grains.PartitionCount), cancellationToken);

    /// <summary>The copy that it was opened for is whole.</summary>
    public Task FinishCopyAsync(CancellationToken cancellationToken) => _finishCopy(cancellationToken);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static async Task<OpenedStore> OpenAsync(
        StoreLocation location, TimeProvider clock, Copied? copied, CancellationToken cancellationToken,
        IPartitionOwnership? shared = null)
    {
        var isSource = copied is { Of: null };
        if (!location.IsDatabase)
        {
            var options = new EmbeddedStoreOptions
            {
                Folder = location.Text,
                NewStoreId = ProcessRandomness.NewId(),
                PartitionCount = copied?.PartitionCount,
                MustExist = isSource,
                CopyOf = copied?.Of,
                Clock = clock,
            };
            return new OpenedStore(await EmbeddedStore.OpenAsync(options, cancellationToken), location.Text);
        }

        return new OpenedStore(await PostgresStore.OpenAsync(
            new PostgresStoreOptions
            {
                ConnectionString = location.Text,
                NewStoreId = ProcessRandomness.NewId(),
                PartitionCount = copied?.PartitionCount,
                MustExist = isSource,
                CopyOf = copied?.Of,
                Ownership = shared,
                Owner = string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}"),
                Clock = clock,
            },
            cancellationToken));
    }

    // A part of a copy: its source where no other store is named.
    private sealed record Copied(Guid? Of, int? PartitionCount);
}
