using System.Data.Common;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>
/// Reads all that is kept of a partition's grains, page by page. What stands for U+0000 in a text keeps its place in the
/// order of bytes.
/// </summary>
internal sealed class RowPages(PostgresDatabase database, long generation)
{
    // Kinds begin at 1: behind 0 comes the first.
    private static readonly GrainKey BeforeTheFirst = new("", default, "");

    private const string NoTraits = "'{}'";

    private readonly string _rows =
        $"""
        SELECT kind, workspace, id, version, model_version, first_seen_chunk, name, account_id, fit, intent, intent_points,
          stage, coalesce(traits, {NoTraits}), updated_at_ticks, resident, state
        FROM leadgrains.grains_{generation}
        WHERE partition = $1 AND (kind, workspace, id) > ($2, $3, $4) ORDER BY kind, workspace, id LIMIT $5
        """;

    private readonly string _chunks =
        $"""
        SELECT kind, workspace, id, number, first_received_ticks, last_received_ticks, hashes FROM leadgrains.seen_chunks_{generation}
        WHERE partition = $1 AND (kind, workspace, id) > ($2, $3, $4) AND (kind, workspace, id) <= ($5, $6, $7)
        ORDER BY kind, workspace, id, number
        """;

    /// <summary>See <see cref="IGrainGeneration.ReadPageAsync"/>.</summary>
    public async Task<IReadOnlyList<GrainRow>> ReadAsync(int partition, GrainKey? after, int atMost, CancellationToken cancellationToken)
    {
        var from = after ?? BeforeTheFirst;
        var rows = await database.ReadAsync(
            () => With(PostgresCommands.Of(_rows).With(partition), from).With(atMost), (row, cancel) => TakeRowsAsync(row, partition, cancel), cancellationToken);
        if (rows.Count == 0)
            return rows;
        var chunks = await database.ReadAsync(
            () => With(With(PostgresCommands.Of(_chunks).With(partition), from), rows[^1].Key), TakeChunksAsync, cancellationToken);
        return [.. rows.Select(row => chunks.TryGetValue(row.Key, out var seen) ? row with { Seen = seen } : row)];
    }

    private static NpgsqlBatchCommand With(NpgsqlBatchCommand command, GrainKey key) =>
        command.With((short)key.Kind).With(PostgresText.Write(key.Workspace)).With(PostgresText.Write(key.Id));

    private static async Task<List<GrainRow>> TakeRowsAsync(DbDataReader row, int partition, CancellationToken cancellationToken)
    {
        var rows = new List<GrainRow>();
        while (await row.ReadAsync(cancellationToken))
        {
            rows.Add(new GrainRow
            {
                Key = KeyOf(row),
                Partition = partition,
                Version = row.GetInt64(3),
                ModelVersion = (uint)row.GetInt64(4),
                FirstSeenChunk = row.GetInt32(5),
                Summary = new GrainSummary(
                    Text(row, 6), Text(row, 7), row.GetDouble(8), row.GetDouble(9), row.GetDouble(10), Text(row, 11), row.GetString(12), new Instant(row.GetInt64(13))),
                Resident = row.GetFieldValue<byte[]>(14),
                State = row.GetFieldValue<byte[]>(15),
                Seen = [],
            });
        }

        return rows;
    }

    private static async Task<Dictionary<GrainKey, List<SeenChunk>>> TakeChunksAsync(DbDataReader row, CancellationToken cancellationToken)
    {
        var chunks = new Dictionary<GrainKey, List<SeenChunk>>();
        while (await row.ReadAsync(cancellationToken))
        {
            var key = KeyOf(row);
            if (!chunks.TryGetValue(key, out var seen))
                chunks.Add(key, seen = []);
            seen.Add(new SeenChunk(row.GetInt32(3), new Instant(row.GetInt64(4)), new Instant(row.GetInt64(5)), row.GetFieldValue<byte[]>(6)));
        }

        return chunks;
    }

    private static GrainKey KeyOf(DbDataReader row) => new(Text(row, 1), (GrainKind)row.GetInt16(0), Text(row, 2));

    private static string Text(DbDataReader row, int column) => PostgresText.Read(row.GetString(column));
}
