using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Schema;

/// <summary>A table that is there for as long as a copy is not whole, and says which store it is made of.</summary>
internal static class CopyMark
{
    /// <summary>Marks a new store, in the transaction that makes it.</summary>
    public static async Task SetAsync(NpgsqlConnection connection, Guid copied, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                PostgresCommands.Of("CREATE TABLE leadgrains.unfinished_copy (of_store uuid NOT NULL)"),
                PostgresCommands.Of("INSERT INTO leadgrains.unfinished_copy (of_store) VALUES ($1)").With(copied),
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The store that it is an unfinished copy of; null where it is whole.</summary>
    public static async Task<Guid?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var look = new NpgsqlCommand(
            "SELECT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'leadgrains' AND tablename = 'unfinished_copy')", connection);
        if (await look.ExecuteScalarAsync(cancellationToken) is not true)
            return null;
        await using var read = new NpgsqlCommand("SELECT of_store FROM leadgrains.unfinished_copy", connection);
        return (Guid?)await read.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>The copy is whole.</summary>
    public static NpgsqlBatchCommand Remove() => PostgresCommands.Of("DROP TABLE IF EXISTS leadgrains.unfinished_copy");
}
