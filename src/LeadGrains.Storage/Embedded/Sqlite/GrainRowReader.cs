using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>Reads rows by key through statements prepared once.</summary>
internal sealed class GrainRowReader(SqliteFile file, long generation, int partitionCount) : IDisposable
{
    private readonly SqliteStatement _begin = file.Prepare("BEGIN");
    private readonly SqliteStatement _end = file.Prepare("COMMIT");
    private readonly SqliteStatement _row = file.Prepare(
        $"""
        SELECT grain, version, model_version, first_seen_chunk, state FROM grains_{generation}
        WHERE partition = ?1 AND kind = ?2 AND workspace = ?3 AND id = ?4 AND version > 0
        """);
    private readonly SqliteStatement _state = file.Prepare($"SELECT state FROM grains_{generation} WHERE grain = ?1");
    private readonly SqliteStatement _nextChunk = file.Prepare(
        $"SELECT chunk FROM seen_chunks_{generation} WHERE chunk >= ?1 ORDER BY chunk LIMIT 1");
    private readonly SqliteStatement _chunks = file.Prepare(
        $"SELECT number, first_received_ticks, last_received_ticks, hashes FROM seen_chunks_{generation} WHERE chunk BETWEEN ?1 AND ?2");

    private byte[] _stateBytes = new byte[4_096];

    /// <summary>The rows of the keys as they stood at one moment; null where there is none.</summary>
    public GrainRow?[] Read(IReadOnlyList<GrainKey> keys, CancellationToken cancellationToken)
    {
        var rows = new GrainRow?[keys.Count];
        _begin.Execute();
        try
        {
            for (var i = 0; i < rows.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                rows[i] = Read(keys[i]);
            }
        }
        finally
        {
            _end.Execute();
        }

        return rows;
    }

    /// <summary>States of grains by number, in the order given, as they stood at one moment; all go through the same memory.</summary>
    public IEnumerable<RestingGrain> ReadAt(IReadOnlyList<long> grains, CancellationToken cancellationToken)
    {
        _begin.Execute();
        try
        {
            // Nearly all grains have no chunk of their own beside their state. No grain in between has one.
            var (from, firstChunk) = (long.MaxValue, long.MinValue);
            foreach (var grain in grains)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (ChunkKey.First(grain) < from || ChunkKey.Last(grain) >= firstChunk)
                    (from, firstChunk) = (ChunkKey.First(grain), NextChunk(ChunkKey.First(grain)));
                var seen = firstChunk <= ChunkKey.Last(grain) ? ReadChunks(grain) : [];
                yield return new RestingGrain(ReadState(grain), seen, grain);
            }
        }
        finally
        {
            _end.Execute();
        }
    }

    public void Dispose() => file.Dispose();

    private ReadOnlyMemory<byte> ReadState(long grain)
    {
        _state.Bind(1, grain);
        try
        {
            if (!_state.Step())
                throw new StoreUnusableException($"The row of grain {grain} is gone. Restore the store from a backup.");
            var state = _state.Bytes(0);
            if (_stateBytes.Length < state.Length)
                _stateBytes = new byte[state.Length * 2];
            state.CopyTo(_stateBytes);
            return _stateBytes.AsMemory(0, state.Length);
        }
        finally
        {
            _state.Reset();
        }
    }

    // The key of the first chunk from there on; the greatest number where there is none.
    private long NextChunk(long from)
    {
        _nextChunk.Bind(1, from);
        var next = _nextChunk.Step() ? _nextChunk.Int64(0) : long.MaxValue;
        _nextChunk.Reset();
        return next;
    }

    private GrainRow? Read(GrainKey key)
    {
        var partition = KeyHash.PartitionOf(KeyHash.Of(key), partitionCount);
        _row.Bind(1, (long)partition);
        _row.Bind(2, (long)key.Kind);
        _row.BindText(3, key.Workspace);
        _row.BindText(4, key.Id);
        try
        {
            if (!_row.Step())
                return null;
            return new GrainRow
            {
                Key = key,
                Partition = partition,
                Version = _row.Int64(1),
                ModelVersion = (uint)_row.Int64(2),
                State = _row.Bytes(4).ToArray(),
                Resident = ReadOnlyMemory<byte>.Empty,
                Summary = GrainSummary.Unread,
                Place = _row.Int64(0),
                Seen = ReadChunks(_row.Int64(0)),
                FirstSeenChunk = (int)_row.Int64(3),
            };
        }
        finally
        {
            _row.Reset();
        }
    }

    private List<SeenChunk> ReadChunks(long grain)
    {
        var chunks = new List<SeenChunk>();
        _chunks.Bind(1, ChunkKey.First(grain));
        _chunks.Bind(2, ChunkKey.Last(grain));
        while (_chunks.Step())
        {
            chunks.Add(new SeenChunk(
                (int)_chunks.Int64(0), new Instant(_chunks.Int64(1)), new Instant(_chunks.Int64(2)), _chunks.Bytes(3).ToArray()));
        }

        _chunks.Reset();
        chunks.Sort((left, right) => left.Number.CompareTo(right.Number));
        return chunks;
    }
}
