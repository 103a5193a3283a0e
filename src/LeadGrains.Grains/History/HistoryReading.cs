using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.History;

/// <summary>
/// Reads entries of one grain that are asked for one after another. An entry costs the commit that it is in, so where
/// several in a row lie close together their whole block is taken at once. One user at a time.
/// </summary>
internal sealed class HistoryReading(IJournal journal, int partition) : IDisposable
{
    private const long Near = 1_000;
    private const int NearInARow = 8;

    private readonly PooledBuffer _block = new();
    private readonly List<(long Sequence, int Offset, int Length)> _entries = [];
    private long _before = -Near;
    private int _near;

    /// <summary>A copy of one entry; null where the sequence has none.</summary>
    public ReadOnlyMemory<byte>? Read(long sequence)
    {
        _near = Math.Abs(sequence - _before) <= Near ? _near + 1 : 0;
        _before = sequence;
        if (IsInBlock(sequence))
            return Find(sequence);
        if (_near < NearInARow)
            return journal.ReadEntry(partition, sequence);
        Load(sequence);
        return IsInBlock(sequence) ? Find(sequence) : null;
    }

    public void Dispose() => _block.Dispose();

    private bool IsInBlock(long sequence) => _entries.Count > 0 && sequence >= _entries[0].Sequence && sequence <= _entries[^1].Sequence;

    private ReadOnlyMemory<byte>? Find(long sequence)
    {
        var index = _entries.BinarySearch((sequence, 0, 0), BySequence.Instance);
        return index < 0 ? null : _block.WrittenSpan.Slice(_entries[index].Offset, _entries[index].Length).ToArray();
    }

    private void Load(long sequence)
    {
        _block.Clear();
        _entries.Clear();
        foreach (var block in journal.Read([new JournalPosition(partition, sequence - 1)], CancellationToken.None))
        {
            block.Entries.Span.CopyTo(_block.GetSpan(block.Entries.Length));
            _block.Advance(block.Entries.Length);
            break;
        }

        var bytes = _block.WrittenSpan;
        var reader = new EntryReader(bytes);
        while (reader.TryRead(out var entry))
        {
            bytes.Overlaps(entry.Bytes, out var offset);
            _entries.Add((entry.Sequence, offset, entry.Bytes.Length));
        }
    }

    private sealed class BySequence : IComparer<(long Sequence, int Offset, int Length)>
    {
        public static BySequence Instance { get; } = new();

        public int Compare((long Sequence, int Offset, int Length) left, (long Sequence, int Offset, int Length) right) =>
            left.Sequence.CompareTo(right.Sequence);
    }
}
