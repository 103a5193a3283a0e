using System.Globalization;
using LeadGrains.Grains.Partitions;
using LeadGrains.Storage.Postgres.Leases;
using LeadGrains.Storage.Postgres.Schema;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>The tables of generations as such.</summary>
internal sealed class GenerationRows(PostgresDatabase database, TimeProvider clock)
{
    // Others who ask the views wait behind a drop that waits for one of them, so it waits briefly, and often.
    private const int DropAttempts = 100;
    private static readonly TimeSpan BetweenDrops = TimeSpan.FromSeconds(2);

    /// <summary>The numbers of all generations that have tables, ascending, and which is active.</summary>
    public Task<(IReadOnlyList<long> Numbers, long Active)> ReadAsync(CancellationToken cancellationToken) => ReadAsync(database, cancellationToken);

    /// <inheritdoc cref="ReadAsync(CancellationToken)"/>
    public static Task<(IReadOnlyList<long> Numbers, long Active)> ReadAsync(PostgresDatabase database, CancellationToken cancellationToken) =>
        database.ReadAsync<(IReadOnlyList<long>, long)>(
            () => PostgresCommands.Of("SELECT g.number, a.generation FROM leadgrains.generations g, leadgrains.active a ORDER BY g.number"),
            async (rows, cancel) =>
            {
                var numbers = new List<long>();
                long active = 0;
                while (await rows.ReadAsync(cancel))
                {
                    numbers.Add(rows.GetInt64(0));
                    active = rows.GetInt64(1);
                }

                return (numbers, active);
            },
            cancellationToken);

    /// <summary>Makes the tables of a new one. Where a fault hides that it was made, another is, and the next start drops the first.</summary>
    public Task<long> BeginAsync(IReadOnlyList<OwnedPartition> owned, CancellationToken cancellationToken) => database.PatientlyAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (var check = new NpgsqlBatch(connection) { BatchCommands = { EpochCheck.Of(owned) } })
                await check.ExecuteNonQueryAsync(cancellationToken);
            await using var begin = new NpgsqlCommand("INSERT INTO leadgrains.generations DEFAULT VALUES RETURNING number", connection);
            var number = (long)(await begin.ExecuteScalarAsync(cancellationToken))!;
            await using var make = new NpgsqlCommand(PostgresSchema.Generation(number), connection);
            await make.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return number;
        },
        cancellationToken);

    /// <summary>Drops the tables of one. That is done at once, whatever they hold, but not while somebody reads the views.</summary>
    /// <exception cref="InvalidOperationException">It is the active one.</exception>
    /// <exception cref="TimeoutException">Somebody did all the time.</exception>
    public async Task DropAsync(long number, IReadOnlyList<OwnedPartition> owned, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < DropAttempts; attempt++)
        {
            if (await TryDropAsync(number, owned, cancellationToken))
                return;
            await Task.Delay(BetweenDrops, clock, cancellationToken);
        }

        throw new TimeoutException($"The tables of generation {number} could not be dropped, since a query on leadgrains.contacts or leadgrains.accounts did not end.");
    }

    private Task<bool> TryDropAsync(long number, IReadOnlyList<OwnedPartition> owned, CancellationToken cancellationToken) => database.PatientlyAsync(
        async connection =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await RequireInactiveAsync(connection, number, owned, cancellationToken);
            await using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    PostgresCommands.Of("SELECT set_config('lock_timeout', '500ms', true)"),
                    PostgresCommands.Of(string.Create(CultureInfo.InvariantCulture, $"DROP TABLE IF EXISTS leadgrains.grains_{number}")),
                    PostgresCommands.Of(string.Create(CultureInfo.InvariantCulture, $"DROP TABLE IF EXISTS leadgrains.seen_chunks_{number}")),
                    PostgresCommands.Of("DELETE FROM leadgrains.checkpoints WHERE generation = $1").With(number),
                    PostgresCommands.Of("DELETE FROM leadgrains.generations WHERE number = $1").With(number),
                },
            };
            try
            {
                await batch.ExecuteNonQueryAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                return true;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                return false;
            }
        },
        cancellationToken);

    // Whoever drops one may not know that it was activated: the answer to that may have been lost.
    private static async Task RequireInactiveAsync(
        NpgsqlConnection connection, long number, IReadOnlyList<OwnedPartition> owned, CancellationToken cancellationToken)
    {
        await using var look = new NpgsqlBatch(connection)
        {
            BatchCommands = { EpochCheck.Of(owned), PostgresCommands.Of("SELECT generation FROM leadgrains.active FOR UPDATE") },
        };
        await using var rows = await look.ExecuteReaderAsync(cancellationToken);
        await rows.NextResultAsync(cancellationToken);
        if (await rows.ReadAsync(cancellationToken) && rows.GetInt64(0) == number)
            throw new InvalidOperationException($"Generation {number} is the active one.");
    }
}
