using System.Globalization;
using System.Text;
using LeadGrains.Grains;
using LeadGrains.Grains.Erasing;
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

    // What lies beside a row that stays, stays too.
    private static readonly CompositeFormat Chunks = CompositeFormat.Parse(
        """
        DELETE FROM leadgrains.seen_chunks_{0} WHERE partition = $1 AND kind = $2 AND workspace = $3 AND id = $4
          AND NOT EXISTS (SELECT FROM leadgrains.grains_{0} WHERE partition = $1 AND kind = $2 AND workspace = $3 AND id = $4 AND version > $5)
        """);

    private static readonly CompositeFormat Rows = CompositeFormat.Parse(
        "DELETE FROM leadgrains.grains_{0} WHERE partition = $1 AND kind = $2 AND workspace = $3 AND id = $4 AND version <= $5");

    /// <returns>How many rows of grains there were.</returns>
    public static Task<long> RunAsync(
        PostgresDatabase database, long generation, IReadOnlyList<ErasedId> ids, int partitionCount, CancellationToken cancellationToken) =>
        database.PatientlyAsync(
            async connection =>
            {
                long removed = 0;
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                foreach (var id in ids)
                {
                    await using var batch = new NpgsqlBatch(connection)
                    {
                        BatchCommands = { Delete(Chunks, generation, id, partitionCount), Delete(Rows, generation, id, partitionCount) },
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

    private static NpgsqlBatchCommand Delete(CompositeFormat statement, long generation, ErasedId id, int partitionCount) => PostgresCommands.Of(
        string.Format(CultureInfo.InvariantCulture, statement, generation))
        .With(KeyHash.PartitionOf(KeyHash.Of(id.Key), partitionCount)).With((short)id.Key.Kind).With(PostgresText.Write(id.Key.Workspace))
        .With(PostgresText.Write(id.Key.Id)).With(id.Through);
}
