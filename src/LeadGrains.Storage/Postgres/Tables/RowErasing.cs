using System.Globalization;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>Removes grains from a generation, and looks for texts in it.</summary>
internal static class RowErasing
{
    // What stands in a row's columns, as bytes.
    private static readonly (string Table, string Columns)[] Searched =
    [
        ("grains", "convert_to(id, 'UTF8') || convert_to(account_id, 'UTF8') || convert_to(name, 'UTF8') || convert_to(coalesce(traits, ''), 'UTF8') || resident || state"),
        ("seen_chunks", "convert_to(id, 'UTF8')"),
    ];

    /// <returns>How many rows of grains there were.</returns>
    public static Task<long> RunAsync(
        PostgresDatabase database, long generation, IReadOnlyList<GrainKey> keys, int partitionCount, CancellationToken cancellationToken) =>
        database.PatientlyAsync(
            async connection =>
            {
                long removed = 0;
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                foreach (var key in keys)
                {
                    await using var batch = new NpgsqlBatch(connection)
                    {
                        BatchCommands = { Delete("seen_chunks", generation, key, partitionCount), Delete("grains", generation, key, partitionCount) },
                    };
                    await batch.ExecuteNonQueryAsync(cancellationToken);
                    removed += (long)batch.BatchCommands[1].RecordsAffected;
                }

                await transaction.CommitAsync(cancellationToken);
                return removed;
            },
            cancellationToken);

    public static async Task<IReadOnlyList<SearchedPlace>> SearchAsync(
        PostgresDatabase database, long generation, IReadOnlyList<ReadOnlyMemory<byte>> texts, CancellationToken cancellationToken)
    {
        var places = new List<SearchedPlace>();
        foreach (var (table, columns) in Searched)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{table}_{generation}");
            var (bytes, found) = await database.ReadAsync<(long, long)>(
                () => PostgresCommands.Of(
                    $"""
                    SELECT coalesce(sum(octet_length(bytes)), 0)::bigint, count(*) FILTER (WHERE EXISTS (SELECT 1 FROM unnest($1) AS text WHERE position(text IN bytes) > 0))
                    FROM (SELECT {columns} AS bytes FROM leadgrains.{name}) AS all_rows
                    """).WithBytes([.. texts]),
                async (rows, cancel) => await rows.ReadAsync(cancel) ? (rows.GetInt64(0), rows.GetInt64(1)) : default,
                cancellationToken);
            places.Add(new SearchedPlace(name, bytes, found));
        }

        return places;
    }

    private static NpgsqlBatchCommand Delete(string table, long generation, GrainKey key, int partitionCount) => PostgresCommands.Of(
        string.Create(CultureInfo.InvariantCulture, $"DELETE FROM leadgrains.{table}_{generation} WHERE partition = $1 AND kind = $2 AND workspace = $3 AND id = $4"))
        .With(KeyHash.PartitionOf(KeyHash.Of(key), partitionCount)).With((short)key.Kind).With(PostgresText.Write(key.Workspace)).With(PostgresText.Write(key.Id));
}
