using LeadGrains.Grains;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Storage.Embedded.Sqlite;

/// <summary>Reads all that is kept of a partition's grains, page by page in the order that they lie in.</summary>
internal sealed class GrainPageReader(SqliteFile file, long generation)
{
    // Kinds begin at 1: behind 0 comes the first.
    private static readonly GrainKey BeforeTheFirst = new("", default, "");

    private readonly SqliteStatement _rows = file.Prepare(
        $"""
        SELECT kind, workspace, id, grain, version, model_version, first_seen_chunk, name, account_id, fit, intent, intent_points,
          stage, updated_at_ticks, resident, traits, state
        FROM grains_{generation}
        WHERE partition = ?1 AND (kind, workspace, id) > (?2, ?3, ?4) ORDER BY kind, workspace, id LIMIT ?5
        """);

    private readonly SqliteStatement _chunks = file.Prepare(
        $"SELECT number, first_received_ticks, last_received_ticks, hashes FROM seen_chunks_{generation} WHERE chunk BETWEEN ?1 AND ?2");

    public IReadOnlyList<GrainRow> Read(int partition, GrainKey? after, int atMost, CancellationToken cancellationToken)
    {
        var from = after ?? BeforeTheFirst;
        _rows.Bind(1, (long)partition);
        _rows.Bind(2, (long)from.Kind);
        _rows.BindText(3, from.Workspace);
        _rows.BindText(4, from.Id);
        _rows.Bind(5, (long)atMost);
        var rows = new List<GrainRow>();
        while (_rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            rows.Add(Current(partition));
        }

        return rows;
    }

    private GrainRow Current(int partition) => new()
    {
        Key = new GrainKey(_rows.Text(1), (GrainKind)_rows.Int64(0), _rows.Text(2)),
        Partition = partition,
        Version = _rows.Int64(4),
        ModelVersion = (uint)_rows.Int64(5),
        FirstSeenChunk = (int)_rows.Int64(6),
        Summary = new GrainSummary(
            _rows.Text(7), _rows.Text(8), _rows.Double(9), _rows.Double(10), _rows.Double(11), _rows.Text(12), _rows.Text(15), new Instant(_rows.Int64(13))),
        Resident = _rows.Bytes(14).ToArray(),
        State = _rows.Bytes(16).ToArray(),
        Seen = ReadChunks(_rows.Int64(3)),
    };

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
