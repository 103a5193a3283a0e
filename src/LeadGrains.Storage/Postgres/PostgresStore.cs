using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Journals;
using LeadGrains.Storage.Postgres.Leases;
using LeadGrains.Storage.Postgres.Schema;
using LeadGrains.Storage.Postgres.Sessions;
using LeadGrains.Storage.Postgres.Tables;
using Npgsql;

namespace LeadGrains.Storage.Postgres;

/// <summary>
/// The store in a PostgreSQL database: journal, grains and models under the schema leadgrains, where every write is
/// made in a transaction that checks the epoch of the partition it is about; and the registry.
/// </summary>
public sealed class PostgresStore : IAsyncDisposable
{
    internal const int DefaultPartitionCount = 64;
    private const int MaxPartitionCount = 4_096;
    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLease = TimeSpan.FromMinutes(10);

    private readonly PostgresDatabase _database;
    private readonly PartitionLease? _lease;
    private readonly PostgresJournal _journal;
    private readonly PostgresGrainStore _grains;
    private bool _disposed;

    private PostgresStore(
        PostgresDatabase database, Guid id, PartitionLease? lease, IPartitionOwnership ownership, PostgresJournal journal, PostgresGrainStore grains)
    {
        _database = database;
        Id = id;
        _lease = lease;
        Ownership = ownership;
        _journal = journal;
        _grains = grains;
        Registry = new PostgresRegistry(database);
        People = new PostgresPeople(database, journal);
    }

    /// <summary>Which database it is, for people.</summary>
    public string Name => _database.Name;

    /// <summary>Which store it is, for life.</summary>
    public Guid Id { get; }

    /// <summary>The entries.</summary>
    public IJournal Journal => _journal;

    /// <summary>The grains at rest.</summary>
    public IGrainStore Grains => _grains;

    /// <summary>What operators have set up.</summary>
    public IRegistry Registry { get; }

    /// <summary>Forgets people.</summary>
    public IPersonalData People { get; }

    /// <summary>Which partitions this process may write, and under which epochs.</summary>
    public IPartitionOwnership Ownership { get; }

    /// <summary>
    /// Completes with the reason when the partitions that were taken at opening are no longer this process's: nothing more
    /// can be written. Never, where the ownership was handed in.
    /// </summary>
    public Task<Exception> Lost => _lease?.Lost ?? Never.Task;

    private static TaskCompletionSource<Exception> Never { get; } = new();

    /// <summary>Opens the store of a database, and creates it where the database has none.</summary>
    /// <exception cref="StoreUnusableException">
    /// The database cannot be reached or written, is newer than the program, has another partition count, or another process
    /// holds its partitions. The message says what to do.
    /// </exception>
    public static async Task<PostgresStore> OpenAsync(PostgresStoreOptions options, CancellationToken cancellationToken)
    {
        Check(options);
        var database = PostgresDatabase.Of(options.ConnectionString, options.Clock);
        try
        {
            return await OpenAsync(options, database, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            await database.DisposeAsync();
            throw PostgresFaults.Unusable(e, database.Name);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>The copy is whole: from now on the store is opened to be used.</summary>
    public Task FinishCopyAsync(CancellationToken cancellationToken) =>
        _database.WriteAsync(() => [EpochCheck.Of(Ownership.Owned), CopyMark.Remove()], cancellationToken);

    /// <summary>Finishes what was handed over, gives the partitions back and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _journal.DisposeAsync();
        await _grains.DisposeAsync();
        if (_lease is not null)
            await _lease.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static void Check(PostgresStoreOptions options)
    {
        if (options.PartitionCount is < 1 or > MaxPartitionCount)
            throw new ArgumentOutOfRangeException(nameof(options), $"A store has 1 to {MaxPartitionCount} partitions, not {options.PartitionCount}.");
        if (options.Lease < ShortestLease || options.Lease > LongestLease)
            throw new ArgumentOutOfRangeException(nameof(options), $"A lease lasts {ShortestLease} to {LongestLease}, not {options.Lease}.");
    }

    private static async Task<PostgresStore> OpenAsync(PostgresStoreOptions options, PostgresDatabase database, CancellationToken cancellationToken)
    {
        var opening = new StoreOpening(
            new StoreIdentity(options.NewStoreId, options.PartitionCount ?? DefaultPartitionCount), options.MustExist, options.CopyOf);
        var (identity, isCurrent) = await PostgresSchema.FindAsync(database, opening, cancellationToken);
        var partitions = identity.PartitionCount;
        if (options.PartitionCount is { } asked && asked != partitions)
        {
            throw new StoreUnusableException(
                $"{database.Name} has {partitions} partitions, and {asked} were asked for. The number is fixed when a store is created: leave it out, or name another database.");
        }

        PartitionLease? lease = null;
        try
        {
            if (options.Ownership is null || !isCurrent)
                lease = await PartitionLease.TakeAsync(database, options.Owner, options.Lease, partitions, options.Clock, cancellationToken);
            if (!isCurrent)
                await PostgresSchema.UpgradeAsync(database, lease!.Owned, cancellationToken);
            if (options.Ownership is not null && lease is not null)
            {
                await lease.DisposeAsync();
                lease = null;
            }

            var ownership = options.Ownership ?? lease!;
            var grains = await PostgresGrainStore.OpenAsync(database, ownership, partitions, options.Clock, cancellationToken);
            var journal = await PostgresJournal.OpenAsync(database, partitions, options.Clock, cancellationToken);
            return new PostgresStore(database, identity.Id, lease, ownership, journal, grains);
        }
        catch when (lease is not null)
        {
            await lease.DisposeAsync();
            throw;
        }
    }
}
