using System.Buffers.Binary;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// A commit as format version 1 writes it, little-endian and from an offset that is a multiple of 8:
/// <code>
///  0  4  magic "LGC1"
///  4  4  CRC-32C of all that follows up to the end of the record, begun with the checksum of the segment's header
///  8  4  length of the record, a multiple of 8
/// 12  4  number of blocks
/// 16  8  segment id
/// 24  8  commit number, one more than that of the commit before, also across segments
/// 32     for each block 40 bytes: partition (4), entries (4), epoch (8), first (8) and last sequence (8), length (4), 0 (4)
///        the blocks' bytes, one after the other; zeros up to the length
/// </code>
/// </summary>
internal static class CommitFormat
{
    public const int HeaderSize = 32;
    public const int BlockHeaderSize = 40;
    public const int Alignment = 8;

    /// <summary>The longest record. Nothing that a node takes in one turn comes near it.</summary>
    public const int MaxLength = 1 << 30;

    /// <summary>What each record begins with.</summary>
    public static ReadOnlySpan<byte> MagicBytes => "LGC1"u8;

    /// <summary>Offset from which the checksum counts.</summary>
    public const int CheckedFrom = 8;

    /// <summary>Bytes of a record, for so many blocks with so many bytes in all.</summary>
    public static long LengthOf(int blocks, long bytes) =>
        (HeaderSize + ((long)blocks * BlockHeaderSize) + bytes + Alignment - 1) / Alignment * Alignment;

    /// <summary>Writes all of the header but the checksum.</summary>
    public static void WriteHeader(Span<byte> target, int length, int blocks, long segmentId, long commitNumber)
    {
        MagicBytes.CopyTo(target);
        BinaryPrimitives.WriteInt32LittleEndian(target[8..], length);
        BinaryPrimitives.WriteInt32LittleEndian(target[12..], blocks);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], segmentId);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], commitNumber);
    }

    public static void WriteChecksum(Span<byte> target, uint checksum) =>
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], checksum);

    public static void WriteBlockHeader(Span<byte> target, in JournalBlock block)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, block.Partition);
        BinaryPrimitives.WriteInt32LittleEndian(target[4..], block.Count);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], block.Epoch);
        BinaryPrimitives.WriteInt64LittleEndian(target[16..], block.FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(target[24..], block.LastSequence);
        BinaryPrimitives.WriteInt32LittleEndian(target[32..], block.Entries.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[36..], 0);
    }

    /// <summary>
    /// The length that a record at the beginning of the bytes claims, if it can be a record of the segment at all;
    /// else 0. It proves nothing yet.
    /// </summary>
    public static int ClaimedLength(ReadOnlySpan<byte> bytes, long segmentId)
    {
        if (bytes.Length < HeaderSize || !bytes.StartsWith(MagicBytes)
            || BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]) != segmentId)
            return 0;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        var blocks = BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]);
        return length is > 0 and <= MaxLength && length % Alignment == 0 && blocks > 0 && LengthOf(blocks, 0) <= length ? length : 0;
    }
}
