using System.Buffers;
using LeadGrains.Grains.Storage;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>Reads a whole segment: at open the last one, and any one whose index is lost.</summary>
internal static class SegmentScan
{
    public const int BufferBytes = 1 << 20;

    /// <summary>What the segment holds up to its end or to the first bytes that are no commit that follows.</summary>
    /// <param name="file">The segment file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="lastRecord">The bytes of the last commit, where asked for.</param>
    public static SegmentContents Read(SafeFileHandle file, SegmentHeader header, long length, ArrayBufferWriter<byte>? lastRecord = null)
    {
        var contents = new SegmentContents(header.PartitionCount);
        using var reader = new CommitReader(file, header, SegmentHeader.Size, length, BufferBytes);
        while (reader.TryRead(out var commit))
        {
            if (contents.LastCommit != 0 && commit.Number != contents.LastCommit + 1)
                break;
            foreach (var block in commit)
                contents.AddBlock(block, commit.Offset);
            contents.AddCommit(commit.Number, reader.Offset);
            lastRecord?.ResetWrittenCount();
            lastRecord?.Write(commit.Record.Span);
        }

        return contents;
    }

    /// <summary>
    /// What stands behind the last commit. Zeros are the room that was filled beforehand. Anything else is the torn
    /// rest of a commit, unless a commit follows that must have been written after it.
    /// </summary>
    public static SegmentTail ReadTail(SafeFileHandle file, SegmentHeader header, SegmentContents contents, long length)
    {
        var tail = SegmentTail.Clean;
        ForEachPiece(file, contents.End, length, (offset, piece) =>
        {
            if (tail == SegmentTail.Clean && piece.ContainsAnyExcept((byte)0))
                tail = SegmentTail.Torn;
            for (var at = NextMagic(piece, 0); at >= 0 && tail != SegmentTail.Damaged; at = NextMagic(piece, at + CommitFormat.Alignment))
            {
                if (IsLaterCommit(file, header, offset + at, length, contents.LastCommit))
                    tail = SegmentTail.Damaged;
            }

            return tail == SegmentTail.Damaged;
        });
        return tail;
    }

    /// <summary>Names the first place of a segment that cannot be read.</summary>
    public static JournalDamagedException FirstDamage(SafeFileHandle file, SegmentHeader header, SegmentSummary summary)
    {
        var contents = Read(file, header, summary.End);
        var commit = contents.LastCommit == 0 ? summary.FirstCommit : contents.LastCommit + 1;
        return SegmentDamage.At(header.SegmentId, commit, contents.End);
    }

    private static bool IsLaterCommit(SafeFileHandle file, SegmentHeader header, long offset, long length, long lastCommit)
    {
        using var reader = new CommitReader(file, header, offset, length, CommitFormat.HeaderSize);
        return reader.TryRead(out var commit) && commit.Number > lastCommit;
    }

    // Commits begin at multiples of 8, and so do the pieces.
    private static int NextMagic(ReadOnlySpan<byte> piece, int from)
    {
        while (from < piece.Length)
        {
            var next = piece[from..].IndexOf(CommitFormat.MagicBytes);
            if (next < 0)
                return -1;
            from += next;
            if (from % CommitFormat.Alignment == 0)
                return from;
            from++;
        }

        return -1;
    }

    private static void ForEachPiece(SafeFileHandle file, long from, long length, PieceFound found)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (from < length)
            {
                var wanted = (int)Math.Min(BufferBytes, length - from);
                var read = RandomAccess.Read(file, buffer.AsSpan(0, wanted), from);
                if (read == 0 || found(from, buffer.AsSpan(0, read)))
                    return;
                from += read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private delegate bool PieceFound(long offset, ReadOnlySpan<byte> piece);
}

/// <summary>What stands behind the last readable commit of a segment.</summary>
internal enum SegmentTail
{
    /// <summary>Nothing was ever written there.</summary>
    Clean,

    /// <summary>Part of a commit that was never answered.</summary>
    Torn,

    /// <summary>A commit that is not what was written, and a later one behind it.</summary>
    Damaged,
}
