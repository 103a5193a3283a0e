using LeadGrains.Grains.Partitions;

namespace LeadGrains.Storage.Postgres;

/// <summary>What a store in PostgreSQL is opened with.</summary>
public sealed record PostgresStoreOptions
{
    /// <summary>
    /// Keywords and values as Npgsql reads them, such as "Host=127.0.0.1;Database=leadgrains;Username=leadgrains". What it
    /// leaves out comes from the environment (PGUSER, PGPASSWORD, PGPASSFILE) and from defaults.
    /// </summary>
    public required string ConnectionString { get; init; }

    /// <summary>The identity that a new store is given, drawn at random. A store that is there keeps its own.</summary>
    public required Guid NewStoreId { get; init; }

    /// <summary>
    /// Partitions of a new store, 1 to 4,096. Null takes the usual number. A store that is there keeps its own, and another
    /// number given here is refused.
    /// </summary>
    public int? PartitionCount { get; init; }

    /// <summary>Refuses a database that has no store in place of creating one.</summary>
    public bool MustExist { get; init; }

    /// <summary>
    /// Opens it to be filled with a copy of the store of this identity: a new store, or an unfinished copy of that one. Until
    /// <see cref="PostgresStore.FinishCopyAsync"/> it is opened in no other way. Null opens it to be used.
    /// </summary>
    public Guid? CopyOf { get; init; }

    /// <summary>Who takes the partitions, as people are told: machine and process.</summary>
    public required string Owner { get; init; }

    /// <summary>
    /// Under which epochs this process writes; null takes all partitions at opening, keeps them by a heartbeat, and gives
    /// them back when the store is disposed.
    /// </summary>
    public IPartitionOwnership? Ownership { get; init; }

    /// <summary>
    /// How long partitions stay with an owner that has not been heard of: so long a start waits after a crash. The heart
    /// beats four times as often. One to 600 seconds.
    /// </summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Paces retries and heartbeats, and measures how long commits take.</summary>
    public required TimeProvider Clock { get; init; }
}
