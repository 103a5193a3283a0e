using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>Writes rows through statements prepared once. Runs inside the caller's transaction.</summary>
internal sealed class GrainRowWriter : IDisposable
{
    private readonly SqliteFile _file;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _add;
    private readonly SqliteStatement _replace;
    private readonly SqliteStatement _putChunk;
    private readonly SqliteStatement _dropChunks;
    private readonly SqliteStatement _refresh;
    private readonly SqliteStatement _refreshTraits;

    // By partition: the greatest number given out. None is given out again, even where the row has been erased or its
    // transaction undone: somebody may still take it for the place of his row.
    private readonly long[] _greatest;

    public GrainRowWriter(SqliteFile file, long generation, int partitionCount)
    {
        _file = file;
        _greatest = Greatest(file, generation, partitionCount);
        _find = file.Prepare(
            $"SELECT grain, version, first_seen_chunk FROM grains_{generation} WHERE partition = ?1 AND kind = ?2 AND workspace = ?3 AND id = ?4");
        _add = file.Prepare(
            $"""
            INSERT INTO grains_{generation} (grain, version, model_version, first_seen_chunk, account_id, name, fit, intent,
              intent_points, stage, updated_at_ticks, resident, traits, state, partition, kind, workspace, id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            """);
        _replace = file.Prepare(
            $"""
            UPDATE grains_{generation} SET version = ?2, model_version = ?3, first_seen_chunk = ?4, account_id = ?5, name = ?6,
              fit = ?7, intent = ?8, intent_points = ?9, stage = ?10, updated_at_ticks = ?11, resident = ?12, traits = ?13, state = ?14
            WHERE grain = ?1
            """);
        _putChunk = file.Prepare(
            $"""
            INSERT INTO seen_chunks_{generation} (chunk, number, first_received_ticks, last_received_ticks, hashes) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET number = ?2, first_received_ticks = ?3, last_received_ticks = ?4, hashes = ?5
            """);
        _refresh = file.Prepare(
            $"UPDATE grains_{generation} SET name = ?2, fit = ?3, intent = ?4, intent_points = ?5, updated_at_ticks = ?6 WHERE grain = ?1");
        _refreshTraits = file.Prepare($"UPDATE grains_{generation} SET traits = ?2 WHERE grain = ?1");
        _dropChunks = file.Prepare($"DELETE FROM seen_chunks_{generation} WHERE chunk BETWEEN ?1 AND ?2 AND number < ?3");
    }

    /// <summary>Writes the row unless a higher version is there.</summary>
    public void Write(GrainRow row)
    {
        var firstChunk = 0;

        // Of a row that was read or written before, nobody else has written a newer one; but it may have been erased since.
        if (row.Place == 0 || !TryReplace(row))
        {
            var known = Find(row.Key, row.Partition);
            if (known.Version > row.Version)
                return;
            firstChunk = known.FirstChunk;
            row.Place = known.Grain;
            if (known.Grain == 0)
                Add(row);
            else
                TryReplace(row);
        }

        foreach (var chunk in row.Seen)
            PutChunk(row.Place, chunk);
        if (row.FirstSeenChunk > firstChunk)
            DropChunks(row.Place, row.FirstSeenChunk);
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
        _refresh.Bind(1, known.Grain);
        _refresh.BindText(2, summary.Name);
        _refresh.Bind(3, summary.Fit);
        _refresh.Bind(4, summary.Intent);
        _refresh.Bind(5, summary.IntentPoints);
        _refresh.Bind(6, summary.UpdatedAt.Ticks);
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
        foreach (var statement in new[] { _find, _add, _replace, _putChunk, _dropChunks, _refresh, _refreshTraits })
            _file.Release(statement);
    }

    private static long[] Greatest(SqliteFile file, long generation, int partitionCount)
    {
        var last = file.Prepare($"SELECT grain FROM grains_{generation} WHERE grain BETWEEN ?1 AND ?2 ORDER BY grain DESC LIMIT 1");
        var greatest = new long[partitionCount];
        for (var partition = 0; partition < partitionCount; partition++)
        {
            last.Bind(1, GrainNumber.Before(partition));
            last.Bind(2, GrainNumber.Last(partition));
            greatest[partition] = last.Step() ? last.Int64(0) : GrainNumber.Before(partition);
            last.Reset();
        }

        file.Release(last);
        return greatest;
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

    private static void BindKey(SqliteStatement statement, int from, in GrainKey key, int partition)
    {
        statement.Bind(from, (long)partition);
        statement.Bind(from + 1, (long)key.Kind);
        statement.BindText(from + 2, key.Workspace);
        statement.BindText(from + 3, key.Id);
    }

    // All zero where there is no row.
    private (long Grain, long Version, int FirstChunk) Find(in GrainKey key, int partition)
    {
        BindKey(_find, 1, key, partition);
        try
        {
            return _find.Step() ? (_find.Int64(0), _find.Int64(1), (int)_find.Int64(2)) : default;
        }
        finally
        {
            _find.Reset();
        }
    }

    private void Add(GrainRow row)
    {
        row.Place = ++_greatest[row.Partition];
        BindRow(_add, row);
        BindKey(_add, 15, row.Key, row.Partition);
        _add.Execute();
    }

    // False where there is no row at its place.
    private bool TryReplace(GrainRow row)
    {
        BindRow(_replace, row);
        _replace.Execute();
        return _file.Changes > 0;
    }

    private static void BindRow(SqliteStatement statement, GrainRow row)
    {
        var (name, accountId, fit, intent, intentPoints, stage, traits, updatedAt) = row.Summary;
        statement.Bind(1, row.Place);
        statement.Bind(2, row.Version);
        statement.Bind(3, (long)row.ModelVersion);
        statement.Bind(4, (long)row.FirstSeenChunk);
        statement.BindText(5, accountId);
        statement.BindText(6, name);
        statement.Bind(7, fit);
        statement.Bind(8, intent);
        statement.Bind(9, intentPoints);
        statement.BindText(10, stage);
        statement.Bind(11, updatedAt.Ticks);
        statement.BindBlob(12, row.Resident.Span);
        statement.BindText(13, traits.Length == 0 ? "{}" : traits);
        statement.BindBlob(14, row.State.Span);
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
