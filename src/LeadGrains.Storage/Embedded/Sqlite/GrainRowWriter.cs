using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>Writes rows through statements prepared once. Runs inside the caller's transaction.</summary>
internal sealed class GrainRowWriter : IDisposable
{
    private readonly SqliteFile _file;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _putGrain;
    private readonly SqliteStatement _putState;
    private readonly SqliteStatement _putChunk;
    private readonly SqliteStatement _dropChunks;
    private readonly SqliteStatement _refresh;
    private readonly SqliteStatement _refreshTraits;
    private long _lastGrain;

    public GrainRowWriter(SqliteFile file, long generation)
    {
        _file = file;
        _find = file.Prepare(
            $"SELECT grain, version, first_seen_chunk FROM grains_{generation} WHERE partition = ?1 AND kind = ?2 AND workspace = ?3 AND id = ?4");
        _putGrain = file.Prepare(
            $"""
            INSERT INTO grains_{generation} (partition, kind, workspace, id, grain, version, model_version, first_seen_chunk,
              account_id, name, fit, intent, intent_points, stage, updated_at_ticks, resident)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
            ON CONFLICT DO UPDATE SET version = ?6, model_version = ?7, first_seen_chunk = ?8,
              account_id = ?9, name = ?10, fit = ?11, intent = ?12, intent_points = ?13, stage = ?14,
              updated_at_ticks = ?15, resident = ?16
            """);
        _putState = file.Prepare(
            $"INSERT INTO grain_states_{generation} (grain, traits, state) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET traits = ?2, state = ?3");
        _putChunk = file.Prepare(
            $"""
            INSERT INTO seen_chunks_{generation} (chunk, number, first_received_ticks, last_received_ticks, hashes) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET number = ?2, first_received_ticks = ?3, last_received_ticks = ?4, hashes = ?5
            """);
        _refresh = file.Prepare(
            $"""
            UPDATE grains_{generation} SET name = ?5, fit = ?6, intent = ?7, intent_points = ?8, updated_at_ticks = ?9
            WHERE partition = ?1 AND kind = ?2 AND workspace = ?3 AND id = ?4
            """);
        _refreshTraits = file.Prepare($"UPDATE grain_states_{generation} SET traits = ?2 WHERE grain = ?1");
        _dropChunks = file.Prepare($"DELETE FROM seen_chunks_{generation} WHERE chunk BETWEEN ?1 AND ?2 AND number < ?3");
        _lastGrain = file.Number($"SELECT ifnull(max(grain), 0) FROM grain_states_{generation}");
    }

    /// <summary>Writes the row unless a higher version is there.</summary>
    public void Write(GrainRow row)
    {
        // Of a row that was read or written before, nobody else has written a newer one.
        var known = row.Place == 0 ? Find(row.Key, row.Partition) : (Grain: row.Place, Version: 0, FirstChunk: 0);
        if (known.Version > row.Version)
            return;
        var grain = known.Grain == 0 ? ++_lastGrain : known.Grain;
        row.Place = grain;
        PutGrain(row, grain);
        _putState.Bind(1, grain);
        _putState.BindText(2, row.Summary.TraitsJson.Length == 0 ? "{}" : row.Summary.TraitsJson);
        _putState.BindBlob(3, row.State.Span);
        _putState.Execute();
        foreach (var chunk in row.Seen)
            PutChunk(grain, chunk);
        if (row.FirstSeenChunk > known.FirstChunk)
            DropChunks(grain, row.FirstSeenChunk);
    }

    /// <summary>
    /// Writes the columns for people alone. The stage stays as the row has it, since a restart reads it. Without a row
    /// there is one of version 0, which no reader takes for a grain.
    /// </summary>
    public void Refresh(in SummaryRow row)
    {
        var known = Find(row.Key, row.Partition);
        if (known.Version == 0)
        {
            Write(RowOf(row));
            return;
        }

        var summary = row.Summary;
        BindKey(_refresh, row.Key, row.Partition);
        _refresh.BindText(5, summary.Name);
        _refresh.Bind(6, summary.Fit);
        _refresh.Bind(7, summary.Intent);
        _refresh.Bind(8, summary.IntentPoints);
        _refresh.Bind(9, summary.UpdatedAt.Ticks);
        _refresh.Execute();
        if (summary.TraitsJson.Length == 0)
            return;
        _refreshTraits.Bind(1, known.Grain);
        _refreshTraits.BindText(2, summary.TraitsJson);
        _refreshTraits.Execute();
    }

    /// <summary>Lets go of the generation's tables; the connection stays.</summary>
    public void Dispose()
    {
        foreach (var statement in new[] { _find, _putGrain, _putState, _putChunk, _dropChunks, _refresh, _refreshTraits })
            _file.Release(statement);
    }

    private static GrainRow RowOf(in SummaryRow row) => new()
    {
        Key = row.Key,
        Partition = row.Partition,
        Version = 0,
        ModelVersion = 0,
        State = ReadOnlyMemory<byte>.Empty,
        Resident = ReadOnlyMemory<byte>.Empty,
        Summary = row.Summary,
        Seen = [],
        FirstSeenChunk = 0,
    };

    private static void BindKey(SqliteStatement statement, in GrainKey key, int partition)
    {
        statement.Bind(1, (long)partition);
        statement.Bind(2, (long)key.Kind);
        statement.BindText(3, key.Workspace);
        statement.BindText(4, key.Id);
    }

    // All zero where there is no row.
    private (long Grain, long Version, int FirstChunk) Find(in GrainKey key, int partition)
    {
        BindKey(_find, key, partition);
        try
        {
            return _find.Step() ? (_find.Int64(0), _find.Int64(1), (int)_find.Int64(2)) : default;
        }
        finally
        {
            _find.Reset();
        }
    }

    private void PutGrain(GrainRow row, long grain)
    {
        var (name, accountId, fit, intent, intentPoints, stage, _, updatedAt) = row.Summary;
        BindKey(_putGrain, row.Key, row.Partition);
        _putGrain.Bind(5, grain);
        _putGrain.Bind(6, row.Version);
        _putGrain.Bind(7, (long)row.ModelVersion);
        _putGrain.Bind(8, (long)row.FirstSeenChunk);
        _putGrain.BindText(9, accountId);
        _putGrain.BindText(10, name);
        _putGrain.Bind(11, fit);
        _putGrain.Bind(12, intent);
        _putGrain.Bind(13, intentPoints);
        _putGrain.BindText(14, stage);
        _putGrain.Bind(15, updatedAt.Ticks);
        _putGrain.BindBlob(16, row.Resident.Span);
        _putGrain.Execute();
    }

    private void PutChunk(long grain, SeenChunk chunk)
    {
        _putChunk.Bind(1, ChunkKey.Of(grain, chunk.Number));
        _putChunk.Bind(2, (long)chunk.Number);
        _putChunk.Bind(3, chunk.FirstReceived.Ticks);
        _putChunk.Bind(4, chunk.LastReceived.Ticks);
        _putChunk.BindBlob(5, chunk.Hashes.Span);
        _putChunk.Execute();
    }

    private void DropChunks(long grain, int firstKept)
    {
        _dropChunks.Bind(1, ChunkKey.First(grain));
        _dropChunks.Bind(2, ChunkKey.Last(grain));
        _dropChunks.Bind(3, (long)firstKept);
        _dropChunks.Execute();
    }
}
