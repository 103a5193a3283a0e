using System.Data.Common;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Schema;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres;

/// <summary>
/// The registry in the tables of a PostgreSQL store. Who writes to it needs no partition: every write locks the counter's row
/// first, so that there is one after the other.
/// </summary>
public sealed class PostgresRegistry : IRegistry
{
    private const string Columns = "id, revision, body";
    private const string Table = "leadgrains.registry_documents";

    private readonly PostgresDatabase _database;
    private readonly bool _isAlone;

    internal PostgresRegistry(PostgresDatabase database, bool isAlone = false) => (_database, _isAlone) = (database, isAlone);

    /// <summary>Opens the registry of a database beside the servers that use it, and creates the store where the database has none.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="newStoreId">The identity that a new store is given, drawn at random.</param>
    /// <param name="partitionCount">Partitions of a new store; null takes the usual number.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreUnusableException">It cannot be reached or written, or another program has made it. The message says what to do.</exception>
    public static async Task<PostgresRegistry> OpenAsync(
        string connectionString, Guid newStoreId, int? partitionCount, TimeProvider clock, CancellationToken cancellationToken)
    {
        var database = PostgresDatabase.Of(connectionString, clock);
        try
        {
            var opening = new StoreOpening(new StoreIdentity(newStoreId, partitionCount ?? PostgresStore.DefaultPartitionCount));
            var (_, isCurrent) = await PostgresSchema.FindAsync(database, opening, cancellationToken);
            return isCurrent
                ? new PostgresRegistry(database, isAlone: true)
                : throw new StoreUnusableException($"{database.Name} is of an older program. Start leadgrains serve with it once, which brings it up to date.");
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

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadCollectionsAsync(CancellationToken cancellationToken) => _database.ReadAsync<IReadOnlyList<string>>(
        () => PostgresCommands.Of($"SELECT DISTINCT collection FROM {Table} ORDER BY collection"),
        async (rows, cancel) =>
        {
            var found = new List<string>();
            while (await rows.ReadAsync(cancel))
                found.Add(rows.GetString(0));
            return found;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RegistryDocument>> ReadAsync(string collection, long afterRevision, int limit, CancellationToken cancellationToken)
    {
        RegistryLimits.CheckCollection(collection);
        RegistryLimits.CheckLimit(limit);
        return _database.ReadAsync(
            () => PostgresCommands.Of($"SELECT {Columns} FROM {Table} WHERE collection = $1 AND revision > $2 ORDER BY revision LIMIT $3")
                .With(collection).With(afterRevision).With(limit),
            TakeAsync,
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<RegistryDocument?> FindAsync(string collection, string id, CancellationToken cancellationToken)
    {
        RegistryLimits.CheckCollection(collection);
        RegistryLimits.CheckId(id);
        var found = await _database.ReadAsync(
            () => PostgresCommands.Of($"SELECT {Columns} FROM {Table} WHERE collection = $1 AND id = $2 AND body IS NOT NULL").With(collection).With(id),
            TakeAsync,
            cancellationToken);
        return found.SingleOrDefault();
    }

    /// <inheritdoc/>
    public async Task<long?> WriteAsync(
        string collection, string id, ReadOnlyMemory<byte>? body, long? expectedRevision, CancellationToken cancellationToken)
    {
        RegistryLimits.CheckCollection(collection);
        RegistryLimits.CheckId(id);
        RegistryLimits.CheckBody(body);
        var attempts = 0;
        var written = await Task.Run(
            () => _database.PatientlyAsync(
                async connection =>
                {
                    attempts++;
                    return await WriteAsync(connection, collection, id, body, expectedRevision, cancellationToken);
                },
                cancellationToken),
            cancellationToken);
        if (written is not null || attempts == 1)
            return written;

        // The answer to an earlier attempt may have been lost with the connection, and what is found be its own.
        var found = await FindAsync(collection, id, cancellationToken);
        return body is { } bytes && found?.Body is { } there && there.Span.SequenceEqual(bytes.Span) ? found.Revision : null;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _isAlone ? _database.DisposeAsync() : ValueTask.CompletedTask;

    // One transaction. What comes behind the lock sees all that was written before it was had.
    private static async Task<long?> WriteAsync(
        NpgsqlConnection connection, string collection, string id, ReadOnlyMemory<byte>? body, long? expectedRevision, CancellationToken cancellationToken)
    {
        var write = PostgresCommands.Of(
            $"""
            INSERT INTO {Table} AS known (collection, id, revision, body)
            SELECT $1, $2, counter.revision, {(body is null ? "NULL" : "$4")} FROM leadgrains.registry_counter AS counter
            WHERE $3 < 0 OR $3 = coalesce((SELECT revision FROM {Table} WHERE collection = $1 AND id = $2 AND body IS NOT NULL), 0)
            ON CONFLICT (collection, id) DO UPDATE SET revision = excluded.revision, body = excluded.body
            RETURNING known.revision
            """).With(collection).With(id).With(expectedRevision ?? -1);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                PostgresCommands.Of("UPDATE leadgrains.registry_counter SET revision = revision + 1"),
                body is { } bytes ? write.WithBytes(bytes) : write,
            },
        };
        return await batch.ExecuteScalarAsync(cancellationToken) as long?;
    }

    private static async Task<IReadOnlyList<RegistryDocument>> TakeAsync(DbDataReader rows, CancellationToken cancellationToken)
    {
        var found = new List<RegistryDocument>();
        while (await rows.ReadAsync(cancellationToken))
        {
            ReadOnlyMemory<byte>? body = rows.IsDBNull(2) ? default(ReadOnlyMemory<byte>?) : rows.GetFieldValue<byte[]>(2);
            found.Add(new RegistryDocument(rows.GetString(0), rows.GetInt64(1), body));
        }

        return found;
    }
}
