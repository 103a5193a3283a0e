using System.Collections.Immutable;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>Reads durable blocks from the segments, also while others are written.</summary>
internal static class JournalReading
{
    // One entry is near the place that the index names.
    private const int EntryBufferBytes = 96 * 1_024;

    /// <summary>The blocks that hold entries after the positions, by partition; long.MaxValue asks for nothing.</summary>
    public static IEnumerable<JournalBlock> Blocks(
        ImmutableArray<Segment> segments, SegmentReaders readers, long[] after, CancellationToken cancellationToken)
    {
        foreach (var segment in segments)
        {
            var summary = segment.Summary;
            if (!HoldsAny(summary, after))
                continue;
            using var lease = readers.Rent(segment);
            using var reader = new CommitReader(lease.File, segment.Header, From(lease, summary, after), summary.End, SegmentScan.BufferBytes);
            while (reader.Offset < summary.End)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!reader.TryRead(out var commit))
                    throw SegmentScan.FirstDamage(lease.File, segment.Header, summary);
                foreach (var block in commit)
                {
                    if (block.LastSequence > after[block.Partition])
                        yield return block;
                }
            }
        }
    }

    /// <summary>One entry, as a copy; null where there is none of that sequence.</summary>
    public static ReadOnlyMemory<byte>? Entry(ImmutableArray<Segment> segments, SegmentReaders readers, int partition, long sequence)
    {
        var segment = Holder(segments, partition, sequence);
        var end = segment.End;
        using var lease = readers.Rent(segment);
        using var reader = new CommitReader(
            lease.File, segment.Header, lease.OffsetOf(partition, sequence), end, EntryBufferBytes);
        while (reader.Offset < end)
        {
            if (!reader.TryRead(out var commit))
                throw SegmentScan.FirstDamage(lease.File, segment.Header, segment.Summary);
            foreach (var block in commit)
            {
                if (block.Partition == partition && block.LastSequence >= sequence)
                    return BlockEntries.Find(block, sequence);
            }
        }

        return null;
    }

    private static bool HoldsAny(SegmentSummary summary, long[] after)
    {
        for (var partition = 0; partition < after.Length; partition++)
        {
            if (summary.Spans[partition].LastSequence > after[partition])
                return true;
        }

        return false;
    }

    // Where the first wanted block of any partition may be.
    private static long From(SegmentReaders.Lease lease, SegmentSummary summary, long[] after)
    {
        var from = summary.End;
        for (var partition = 0; partition < after.Length; partition++)
        {
            if (summary.Spans[partition].LastSequence > after[partition])
                from = Math.Min(from, lease.OffsetOf(partition, after[partition] + 1));
        }

        return from;
    }

    // The last segment that began when the partition had not come that far.
    private static Segment Holder(ImmutableArray<Segment> segments, int partition, long sequence)
    {
        int low = 0, high = segments.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (segments[middle].SequenceBefore(partition) < sequence)
                low = middle;
            else
                high = middle - 1;
        }

        return segments[low];
    }
}
