using System.Buffers.Binary;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// The index file beside a sealed segment, little-endian. It can be rebuilt from the segment at any time.
/// <code>
///  0  8  magic "LGSEGIDX"
///  8  4  format version          12  4  partition count
/// 16  8  segment id              24 16  store id
/// 40  8  end of the last commit  48  8  first and 56 8 last commit number
/// 64  4  CRC-32C of the points   68  4  zeros
/// 72     for each partition 32 bytes: first and last sequence, entry count, number of points
///        CRC-32C of all before it (4)
///        the points, 16 bytes each: sequence, offset
/// </code>
/// </summary>
internal static class SegmentIndexFile
{
    private const ulong Magic = 0x584449474553474C; // "LGSEGIDX"
    private const int FormatVersion = 1;
    private const int FixedSize = 72;
    private const int SpanSize = 32;
    private const int ChecksumSize = 4;
    private const int PointSize = 16;

    public static byte[] Encode(SegmentHeader header, SegmentSummary summary, SparseIndex index)
    {
        var pointsFrom = PointsFrom(header.PartitionCount);
        var bytes = new byte[pointsFrom + (index.Points.Sum(points => points.Length) * PointSize)];
        WriteFixed(bytes, header, summary);
        var spans = bytes.AsSpan(FixedSize);
        var target = bytes.AsSpan(pointsFrom);
        for (var partition = 0; partition < header.PartitionCount; partition++)
        {
            var span = summary.Spans[partition];
            BinaryPrimitives.WriteInt64LittleEndian(spans, span.FirstSequence);
            BinaryPrimitives.WriteInt64LittleEndian(spans[8..], span.LastSequence);
            BinaryPrimitives.WriteInt64LittleEndian(spans[16..], span.EntryCount);
            BinaryPrimitives.WriteInt64LittleEndian(spans[24..], index.Points[partition].Length);
            spans = spans[SpanSize..];
            foreach (var point in index.Points[partition])
            {
                BinaryPrimitives.WriteInt64LittleEndian(target, point.Sequence);
                BinaryPrimitives.WriteInt64LittleEndian(target[8..], point.Offset);
                target = target[PointSize..];
            }
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(64), Crc32C.Append(0, bytes.AsSpan(pointsFrom)));
        var checkedBytes = bytes.AsSpan(0, pointsFrom - ChecksumSize);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(checkedBytes.Length), Crc32C.Append(0, checkedBytes));
        return bytes;
    }

    /// <summary>What the segment holds; null where the file is absent or not what was written.</summary>
    public static SegmentSummary? TryReadSummary(string path, SegmentHeader header)
    {
        var bytes = TryReadFirst(path, PointsFrom(header.PartitionCount));
        if (bytes is null || !IsWhole(bytes, header))
            return null;
        var spans = new PartitionSpan[header.PartitionCount];
        for (var partition = 0; partition < spans.Length; partition++)
        {
            var span = bytes.AsSpan(FixedSize + (partition * SpanSize));
            spans[partition] = new PartitionSpan(Int64(span), Int64(span[8..]), Int64(span[16..]));
        }

        return new SegmentSummary(Int64(bytes.AsSpan(40)), Int64(bytes.AsSpan(48)), Int64(bytes.AsSpan(56)), spans);
    }

    /// <summary>The places; null where the file is absent or not what was written.</summary>
    public static SparseIndex? TryReadIndex(string path, SegmentHeader header)
    {
        var bytes = TryReadFirst(path, int.MaxValue);
        var pointsFrom = PointsFrom(header.PartitionCount);
        if (bytes is null || bytes.Length < pointsFrom || !IsWhole(bytes.AsSpan(0, pointsFrom), header))
            return null;
        var source = bytes.AsSpan(pointsFrom);
        if (Crc32C.Append(0, source) != BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(64)))
            return null;
        var points = new IndexPoint[header.PartitionCount][];
        for (var partition = 0; partition < points.Length; partition++)
        {
            points[partition] = new IndexPoint[Int64(bytes.AsSpan(FixedSize + (partition * SpanSize) + 24))];
            foreach (ref var point in points[partition].AsSpan())
            {
                point = new IndexPoint(Int64(source), Int64(source[8..]));
                source = source[PointSize..];
            }
        }

        return new SparseIndex(points);
    }

    private static void WriteFixed(Span<byte> bytes, SegmentHeader header, SegmentSummary summary)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], header.PartitionCount);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], header.SegmentId);
        header.StoreId.TryWriteBytes(bytes[24..]);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[40..], summary.End);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[48..], summary.FirstCommit);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[56..], summary.LastCommit);
    }

    // An index of another version is as good as none: it is rebuilt.
    private static bool IsWhole(ReadOnlySpan<byte> bytes, SegmentHeader header)
    {
        var checkedBytes = bytes[..^ChecksumSize];
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes) == Magic
            && BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]) == FormatVersion
            && BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]) == header.PartitionCount
            && Int64(bytes[16..]) == header.SegmentId
            && new Guid(bytes.Slice(24, 16)) == header.StoreId
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[checkedBytes.Length..]) == Crc32C.Append(0, checkedBytes);
    }

    private static byte[]? TryReadFirst(string path, int bytes)
    {
        if (!File.Exists(path))
            return null;
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        if (bytes != int.MaxValue && length < bytes)
            return null;
        var content = new byte[Math.Min(length, bytes)];
        var total = 0;
        while (total < content.Length && RandomAccess.Read(file, content.AsSpan(total), total) is > 0 and var read)
            total += read;
        return total == content.Length ? content : null;
    }

    private static int PointsFrom(int partitionCount) => FixedSize + (partitionCount * SpanSize) + ChecksumSize;

    private static long Int64(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt64LittleEndian(bytes);
}
