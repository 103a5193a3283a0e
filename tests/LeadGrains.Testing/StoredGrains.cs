using System.Text;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Testing;

/// <summary>What an in-memory generation has on its disk. The latest writes can be taken back.</summary>
internal sealed class StoredGrains(int partitionCount)
{
    private const int MaxUndoable = 1_000;

    private readonly Dictionary<GrainKey, GrainRow> _rows = [];
    private readonly Dictionary<GrainKey, GrainSummary> _summaries = [];
    private readonly long[] _checkpoints = new long[partitionCount];
    private readonly LinkedList<Action<StoredGrains>> _undo = new();

    public int PartitionCount => partitionCount;

    public int UndoableWrites => _undo.Count;

    public IEnumerable<GrainRow> Rows => _rows.Values;

    public long[] Checkpoints() => [.. _checkpoints];

    public GrainRow? Find(GrainKey key) => _rows.GetValueOrDefault(key);

    // As a real store answers: without the columns that only people and restarts read.
    public GrainRow? Read(GrainKey key) => Find(key) is { } row
        ? row with { Resident = ReadOnlyMemory<byte>.Empty, Summary = GrainSummary.Unread }
        : null;

    // With the columns for people as they were refreshed, and what has no more than these.
    public IReadOnlyList<GrainRow> Page(int partition, GrainKey? after, int atMost) =>
    [
        .. _rows.Keys.Union(_summaries.Keys)
            .Where(key => KeyHash.PartitionOf(KeyHash.Of(key), partitionCount) == partition && (after is not { } from || InOrder(from, key) < 0))
            .Order(Comparer<GrainKey>.Create(InOrder)).Take(atMost).Select(WithSummary),
    ];

    public void Write(int partition, IReadOnlyList<GrainRow> rows)
    {
        var before = new List<(GrainKey Key, GrainRow? Row)>();
        foreach (var row in rows)
        {
            if (row.Partition != partition)
                throw new ArgumentException($"{row.Key} is of partition {row.Partition}, not {partition}.", nameof(rows));
            var old = Find(row.Key);
            if (old is not null && old.Version > row.Version)
                continue;
            before.Add((row.Key, old));
            _rows[row.Key] = Merge(old, row);
            _summaries.Remove(row.Key);
        }

        before.Reverse();
        Remember(grains => before.ForEach(was => grains.Restore(was.Key, was.Row)));
    }

    public void Refresh(IReadOnlyList<SummaryRow> rows)
    {
        foreach (var row in rows)
            _summaries[row.Key] = row.Summary;
    }

    public GrainSummary? SummaryOf(GrainKey key) => _summaries.GetValueOrDefault(key) ?? Find(key)?.Summary;

    public void SaveCheckpoint(int partition, long sequence)
    {
        var before = _checkpoints[partition];
        _checkpoints[partition] = Math.Max(before, sequence);
        Remember(grains => grains._checkpoints[partition] = before);
    }

    /// <summary>What was written so far is never lost.</summary>
    public void Flush() => _undo.Clear();

    public StoredGrains CopyWithout(int lostWrites)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lostWrites, _undo.Count);
        var copy = new StoredGrains(partitionCount);
        foreach (var (key, row) in _rows)
            copy._rows.Add(key, row);
        foreach (var (key, summary) in _summaries)
            copy._summaries.Add(key, summary);
        _checkpoints.CopyTo(copy._checkpoints, 0);
        for (var undo = _undo.Last; lostWrites > 0; lostWrites--, undo = undo.Previous)
            undo!.Value(copy);
        return copy;
    }

    private static int InOrder(GrainKey left, GrainKey right)
    {
        var order = ((int)left.Kind).CompareTo((int)right.Kind);
        if (order == 0)
            order = Bytes(left.Workspace).AsSpan().SequenceCompareTo(Bytes(right.Workspace));
        return order == 0 ? Bytes(left.Id).AsSpan().SequenceCompareTo(Bytes(right.Id)) : order;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private GrainRow WithSummary(GrainKey key)
    {
        var summary = SummaryOf(key)!;
        if (Find(key) is { } row)
        {
            var traits = summary.TraitsJson.Length == 0 ? row.Summary.TraitsJson : summary.TraitsJson;
            return row with { Summary = summary with { AccountId = row.Summary.AccountId, Stage = row.Summary.Stage, TraitsJson = traits.Length == 0 ? "{}" : traits } };
        }

        return new GrainRow
        {
            Key = key,
            Partition = KeyHash.PartitionOf(KeyHash.Of(key), partitionCount),
            Version = 0,
            ModelVersion = 0,
            State = ReadOnlyMemory<byte>.Empty,
            Resident = ReadOnlyMemory<byte>.Empty,
            Summary = summary with { TraitsJson = summary.TraitsJson.Length == 0 ? "{}" : summary.TraitsJson },
            Seen = [],
            FirstSeenChunk = 0,
        };
    }

    private static GrainRow Merge(GrainRow? old, GrainRow row)
    {
        var chunks = new SortedDictionary<int, SeenChunk>();
        foreach (var chunk in old?.Seen ?? [])
            chunks[chunk.Number] = chunk;
        foreach (var chunk in row.Seen)
            chunks[chunk.Number] = chunk with { Hashes = chunk.Hashes.ToArray() };
        return row with
        {
            State = row.State.ToArray(),
            Resident = row.Resident.ToArray(),
            Seen = [.. chunks.Values.Where(chunk => chunk.Number >= row.FirstSeenChunk)],
        };
    }

    private void Restore(GrainKey key, GrainRow? row)
    {
        if (row is null)
            _rows.Remove(key);
        else
            _rows[key] = row;
    }

    private void Remember(Action<StoredGrains> undo)
    {
        _undo.AddLast(undo);
        if (_undo.Count > MaxUndoable)
            _undo.RemoveFirst();
    }
}
