using System.Globalization;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Leases;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Schema;

/// <summary>
/// The shape of the database, in a schema named leadgrains. Each change is a numbered SQL file that is never edited
/// afterwards; a table says how many of them it has had. All is done in one transaction under a lock that ends with it, so
/// that nodes which start together, also through a pooler, do it once.
/// </summary>
internal static class PostgresSchema
{
    // "LGRN": other programs' advisory locks in the same database have other numbers.
    private const long LockNumber = 0x4C47524E;

    private static readonly string[] Steps = ["0001_initial.sql", "0002_nodes.sql", "0003_registry.sql", "0004_entries.sql"];

    /// <summary>What this program writes and reads.</summary>
    public static int CurrentVersion => Steps.Length;

    /// <summary>Looks which store the database holds; an empty one becomes the new store. One of an older shape stays as it is.</summary>
    /// <exception cref="StoreUnusableException">
    /// A newer program has written it, it is not to be used, none is to be created, or its texts are not UTF-8.
    /// </exception>
    public static async Task<(StoreIdentity Identity, bool IsCurrent)> FindAsync(
        PostgresDatabase database, StoreOpening opening, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var version = await VersionAsync(connection, database, cancellationToken);
        if (version == 0)
        {
            opening.RequireStore(database.Name);
            version = await CreateAsync(connection, database, opening, cancellationToken);
        }

        opening.RequireMark(
            database.Name, await CopyMark.ReadAsync(connection, cancellationToken), "run DROP SCHEMA leadgrains CASCADE in that database");
        await using var identity = new NpgsqlCommand("SELECT store_id, partition_count FROM leadgrains.store", connection);
        await using var row = await identity.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken)
            ? (new StoreIdentity(row.GetGuid(0), row.GetInt32(1)), version == CurrentVersion)
            : throw new StoreUnusableException($"{database.Name} does not say which store it belongs to. Restore it from a backup.");
    }

    /// <summary>Brings a store of an older program to the current shape, step by step.</summary>
    /// <param name="database">Holds one.</param>
    /// <param name="held">The partitions, all taken by this process, so that no older program uses the shape that it changes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StaleEpochException">Another process has taken them.</exception>
    public static async Task UpgradeAsync(PostgresDatabase database, IReadOnlyList<OwnedPartition> held, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        await using var transaction = await LockAsync(connection, cancellationToken);
        await using (var check = new NpgsqlBatch(connection) { BatchCommands = { EpochCheck.Of(held) } })
            await check.ExecuteNonQueryAsync(cancellationToken);

        // Another node may have done it while this one waited for the lock.
        await StepAsync(connection, await VersionAsync(connection, database, cancellationToken), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Makes the tables of a generation.</summary>
    public static string Generation(long number) =>
        Read("generation.sql").Replace("{n}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static async Task<NpgsqlTransaction> LockAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await RunAsync(connection, string.Create(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({LockNumber})"), cancellationToken);
        return transaction;
    }

    // The version afterwards: another node, of another program, may have made the store while this one waited for the lock.
    private static async Task<int> CreateAsync(
        NpgsqlConnection connection, PostgresDatabase database, StoreOpening opening, CancellationToken cancellationToken)
    {
        await using var transaction = await LockAsync(connection, cancellationToken);
        if (await VersionAsync(connection, database, cancellationToken) is > 0 and var version)
            return version;
        await RunAsync(connection, "CREATE SCHEMA IF NOT EXISTS leadgrains; CREATE TABLE leadgrains.schema_steps (number integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())", cancellationToken);
        await StepAsync(connection, 0, cancellationToken);
        await BeginAsync(connection, opening.Created, cancellationToken);
        if (opening.CopyOf is { } copied)
            await CopyMark.SetAsync(connection, copied, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return CurrentVersion;
    }

    private static async Task StepAsync(NpgsqlConnection connection, int version, CancellationToken cancellationToken)
    {
        for (var step = version; step < CurrentVersion; step++)
        {
            await RunAsync(connection, Read(Steps[step]), cancellationToken);
            await using var note = new NpgsqlCommand("INSERT INTO leadgrains.schema_steps (number, name) VALUES ($1, $2)", connection)
            {
                Parameters = { new NpgsqlParameter<int> { TypedValue = step + 1 }, new NpgsqlParameter<string> { TypedValue = Steps[step] } },
            };
            await note.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task BeginAsync(NpgsqlConnection connection, StoreIdentity created, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                PostgresCommands.Of("INSERT INTO leadgrains.store (store_id, partition_count) VALUES ($1, $2)").With(created.Id).With(created.PartitionCount),
                PostgresCommands.Of("INSERT INTO leadgrains.partitions (partition) SELECT generate_series(0, $1 - 1)").With(created.PartitionCount),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
        await using var begin = new NpgsqlCommand("INSERT INTO leadgrains.generations DEFAULT VALUES RETURNING number", connection);
        var first = (long)(await begin.ExecuteScalarAsync(cancellationToken))!;
        await RunAsync(connection, Generation(first), cancellationToken);
        await using var active = new NpgsqlCommand("INSERT INTO leadgrains.active (generation, model_version) VALUES ($1, 0)", connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = first } },
        };
        await active.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<int> VersionAsync(NpgsqlConnection connection, PostgresDatabase database, CancellationToken cancellationToken)
    {
        // From the tables of names: a lookup by name may answer from what the session knew before it waited for the lock.
        await using var state = new NpgsqlCommand(
            "SELECT current_setting('server_encoding'), EXISTS (SELECT FROM pg_tables WHERE schemaname = 'leadgrains' AND tablename = 'schema_steps')",
            connection);
        bool exists;
        await using (var row = await state.ExecuteReaderAsync(cancellationToken))
        {
            await row.ReadAsync(cancellationToken);
            if (row.GetString(0) != "UTF8")
                throw new StoreUnusableException($"{database.Name} is encoded in {row.GetString(0)}. Make one with: createdb --encoding=UTF8 --template=template0 NAME");
            exists = row.GetBoolean(1);
        }

        if (!exists)
            return 0;
        await using var newest = new NpgsqlCommand("SELECT coalesce(max(number), 0) FROM leadgrains.schema_steps", connection);
        var version = (int)(await newest.ExecuteScalarAsync(cancellationToken))!;
        return version <= CurrentVersion
            ? version
            : throw new StoreUnusableException(
                $"{database.Name} has schema version {version}, and this program knows versions up to {CurrentVersion}. Run the newer program.");
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Read(string name)
    {
        var resource = $"{typeof(PostgresSchema).Namespace}.{name}";
        using var stream = typeof(PostgresSchema).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The program lacks its own file {resource}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
