namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>A commit of a segment that holds a block of a partition, and the first sequence of that block.</summary>
internal readonly record struct IndexPoint(long Sequence, long Offset);

/// <summary>For each partition some of its blocks, ascending: from the nearest one before it an entry is found by reading on.</summary>
internal sealed record SparseIndex(IndexPoint[][] Points)
{
    public long OffsetOf(int partition, long sequence) => OffsetOf(Points[partition], sequence);

    /// <summary>The offset of the last point at or before the sequence; the first commit's where there is none.</summary>
    public static long OffsetOf(ReadOnlySpan<IndexPoint> points, long sequence)
    {
        int low = 0, high = points.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (points[middle].Sequence <= sequence)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? SegmentHeader.Size : points[low - 1].Offset;
    }
}
