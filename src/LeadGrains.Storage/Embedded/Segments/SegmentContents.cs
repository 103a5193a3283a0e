using System.Runtime.InteropServices;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>What a segment holds and where: gathered while it is written or scanned, kept in its index file.</summary>
internal sealed class SegmentContents
{
    // A reader that looks for one entry goes through at most so many bytes of the segment before it.
    private const int PointSpacing = 64 * 1_024;

    private readonly PartitionSpan[] _spans;
    private readonly List<IndexPoint>[] _points;

    public SegmentContents(int partitionCount)
    {
        _spans = new PartitionSpan[partitionCount];
        _points = new List<IndexPoint>[partitionCount];
        for (var partition = 0; partition < partitionCount; partition++)
            _points[partition] = [];
    }

    /// <summary>Where the last commit ends.</summary>
    public long End { get; private set; } = SegmentHeader.Size;

    public long FirstCommit { get; private set; }

    public long LastCommit { get; private set; }

    public SegmentSummary Summarize() => new(End, FirstCommit, LastCommit, [.. _spans]);

    public SparseIndex Index() => new(Array.ConvertAll(_points, points => points.ToArray()));

    /// <summary>The offset from which a partition's entries after a sequence are found.</summary>
    public long OffsetOf(int partition, long sequence) => SparseIndex.OffsetOf(CollectionsMarshal.AsSpan(_points[partition]), sequence);

    public void AddCommit(long number, long end)
    {
        FirstCommit = FirstCommit == 0 ? number : FirstCommit;
        LastCommit = number;
        End = end;
    }

    public void AddBlock(in JournalBlock block, long commitOffset)
    {
        ref var span = ref _spans[block.Partition];
        var points = _points[block.Partition];
        if (points.Count == 0 || commitOffset - points[^1].Offset >= PointSpacing)
            points.Add(new IndexPoint(block.FirstSequence, commitOffset));
        span = new PartitionSpan(
            span.EntryCount == 0 ? block.FirstSequence : span.FirstSequence, block.LastSequence, span.EntryCount + block.Count);
    }
}
