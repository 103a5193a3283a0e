using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Postgres.Sessions;
using Npgsql;

namespace LeadGrains.Storage.Postgres.Tables;

/// <summary>The statements that write rows of one partition to the tables of one generation.</summary>
internal sealed class RowWrites(long generation)
{
    private readonly string _put =
        $"""
        INSERT INTO leadgrains.grains_{generation} AS g (partition, kind, workspace, id, version, model_version, first_seen_chunk,
          account_id, name, fit, intent, intent_points, stage, updated_at_ticks, traits, resident, state)
        SELECT $1, w.* FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) AS w
        ON CONFLICT (partition, kind, workspace, id) DO UPDATE SET version = excluded.version, model_version = excluded.model_version,
          first_seen_chunk = excluded.first_seen_chunk, account_id = excluded.account_id, name = excluded.name, fit = excluded.fit,
          intent = excluded.intent, intent_points = excluded.intent_points, stage = excluded.stage,
          updated_at_ticks = excluded.updated_at_ticks, traits = excluded.traits, resident = excluded.resident, state = excluded.state
        WHERE g.version <= excluded.version
        """;

    // Only of rows that were written, which have the version then. So it is with the ones below.
    private readonly string _putChunks =
        $"""
        INSERT INTO leadgrains.seen_chunks_{generation} (partition, kind, workspace, id, number, first_received_ticks, last_received_ticks, hashes)
        SELECT $1, w.kind, w.workspace, w.id, w.number, w.first_ticks, w.last_ticks, w.hashes
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9) AS w (kind, workspace, id, version, number, first_ticks, last_ticks, hashes)
        JOIN leadgrains.grains_{generation} g ON g.partition = $1 AND g.kind = w.kind AND g.workspace = w.workspace AND g.id = w.id AND g.version = w.version
        ON CONFLICT (partition, kind, workspace, id, number) DO UPDATE SET first_received_ticks = excluded.first_received_ticks,
          last_received_ticks = excluded.last_received_ticks, hashes = excluded.hashes
        """;

    private readonly string _dropChunks =
        $"""
        DELETE FROM leadgrains.seen_chunks_{generation} c
        USING unnest($2, $3, $4, $5, $6) AS w (kind, workspace, id, version, first_kept), leadgrains.grains_{generation} g
        WHERE g.partition = $1 AND g.kind = w.kind AND g.workspace = w.workspace AND g.id = w.id AND g.version = w.version
          AND c.partition = $1 AND c.kind = w.kind AND c.workspace = w.workspace AND c.id = w.id AND c.number < w.first_kept
        """;

    // A row keeps its stage and its account, which the program reads or others write.
    private readonly string _refresh =
        $"""
        INSERT INTO leadgrains.grains_{generation} AS g (partition, kind, workspace, id, version, model_version, first_seen_chunk,
          account_id, name, fit, intent, intent_points, stage, updated_at_ticks, traits, resident, state)
        SELECT $1, w.kind, w.workspace, w.id, 0, 0, 0, w.account_id, w.name, w.fit, w.intent, w.intent_points, w.stage, w.updated_at_ticks, w.traits, '', ''
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS w (kind, workspace, id, account_id, name, fit, intent, intent_points, stage, updated_at_ticks, traits)
        ON CONFLICT (partition, kind, workspace, id) DO UPDATE SET name = excluded.name, fit = excluded.fit, intent = excluded.intent,
          intent_points = excluded.intent_points, updated_at_ticks = excluded.updated_at_ticks, traits = coalesce(excluded.traits, g.traits),
          stage = CASE WHEN g.version = 0 THEN excluded.stage ELSE g.stage END
        """;

    /// <summary>Writes rows, but never over one of a higher version. Each key once.</summary>
    public IEnumerable<NpgsqlBatchCommand> Put(int partition, IReadOnlyList<GrainRow> rows)
    {
        if (rows.Count == 0)
            yield break;
        var keys = new RowKeys(rows.Count);
        foreach (var row in rows)
            keys.Add(row.Key);
        var command = keys.AddTo(PostgresCommands.Of(_put).With(partition))
            .With(Column(rows, row => row.Version))
            .With(Column(rows, row => (long)row.ModelVersion))
            .With(Column(rows, row => row.FirstSeenChunk));
        var summaries = new SummaryColumns(rows.Count);
        foreach (var row in rows)
            summaries.Add(row.Summary);
        yield return summaries.AddTo(command)
            .WithBytes(Column(rows, row => row.Resident))
            .WithBytes(Column(rows, row => row.State));
        if (rows.Any(row => row.Seen.Count > 0))
            yield return PutChunks(partition, [.. rows.SelectMany(row => row.Seen.Select(chunk => (row, chunk)))]);
        if (rows.Any(row => row.FirstSeenChunk > 0))
            yield return DropChunks(partition, [.. rows.Where(row => row.FirstSeenChunk > 0)]);
    }

    /// <summary>Writes the columns for people alone. Without a row there is one of version 0, which no reader takes for a grain.</summary>
    public NpgsqlBatchCommand Refresh(int partition, IReadOnlyList<SummaryRow> rows)
    {
        var keys = new RowKeys(rows.Count);
        var summaries = new SummaryColumns(rows.Count);
        foreach (var row in rows)
        {
            keys.Add(row.Key);
            summaries.Add(row.Summary);
        }

        return summaries.AddTo(keys.AddTo(PostgresCommands.Of(_refresh).With(partition)));
    }

    private NpgsqlBatchCommand PutChunks(int partition, (GrainRow Row, SeenChunk Chunk)[] chunks) =>
        KeysOf(chunks.Select(chunk => chunk.Row)).AddTo(PostgresCommands.Of(_putChunks).With(partition))
            .With(Column(chunks, chunk => chunk.Row.Version))
            .With(Column(chunks, chunk => chunk.Chunk.Number))
            .With(Column(chunks, chunk => chunk.Chunk.FirstReceived.Ticks))
            .With(Column(chunks, chunk => chunk.Chunk.LastReceived.Ticks))
            .WithBytes(Column(chunks, chunk => chunk.Chunk.Hashes));

    private NpgsqlBatchCommand DropChunks(int partition, GrainRow[] rows) =>
        KeysOf(rows).AddTo(PostgresCommands.Of(_dropChunks).With(partition))
            .With(Column(rows, row => row.Version))
            .With(Column(rows, row => row.FirstSeenChunk));

    private static RowKeys KeysOf(IEnumerable<GrainRow> rows)
    {
        var keys = new RowKeys(0);
        foreach (var row in rows)
            keys.Add(row.Key);
        return keys;
    }

    private static TColumn[] Column<TRow, TColumn>(IReadOnlyList<TRow> rows, Func<TRow, TColumn> value)
    {
        var column = new TColumn[rows.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        return column;
    }
}
