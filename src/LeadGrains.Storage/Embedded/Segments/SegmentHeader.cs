using System.Buffers.Binary;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// The first 64 bytes of a segment file, little-endian: magic (8), format version (4), partition count (4),
/// segment id (8), store id (16), zeros (20), CRC-32C of the 60 bytes before it (4).
/// </summary>
/// <param name="FormatVersion">How the commits behind it are written.</param>
/// <param name="PartitionCount">Of the store.</param>
/// <param name="SegmentId">From 1.</param>
/// <param name="StoreId">Of the store; tells a segment of another store apart.</param>
internal sealed record SegmentHeader(int FormatVersion, int PartitionCount, long SegmentId, Guid StoreId)
{
    /// <summary>Bytes of the header; the first commit begins here.</summary>
    public const int Size = 64;

    /// <summary>What this program writes. It reads this and every version before it.</summary>
    public const int CurrentVersion = 1;

    private const ulong Magic = 0x544E4D474553474C; // "LGSEGMNT"
    private const int ChecksumOffset = 60;

    /// <summary>
    /// What the checksum of each commit of the segment begins with. It covers the store id, so bytes that a caller
    /// sends can never pass for a commit.
    /// </summary>
    public uint Checksum { get; } =
        BinaryPrimitives.ReadUInt32LittleEndian(Encode(FormatVersion, PartitionCount, SegmentId, StoreId).AsSpan(ChecksumOffset));

    /// <summary>The <see cref="Size"/> bytes.</summary>
    public byte[] Encode() => Encode(FormatVersion, PartitionCount, SegmentId, StoreId);

    /// <summary>Reads a header and checks that it is the expected segment of the store.</summary>
    /// <exception cref="StoreUnusableException">The program is too old for it, or it is another store's.</exception>
    /// <exception cref="JournalDamagedException">It is not what was written.</exception>
    public static SegmentHeader Read(ReadOnlySpan<byte> bytes, string path, long segmentId, StoreIdentity store)
    {
        if (bytes.Length < Size || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != Magic)
            throw SegmentDamage.InHeader($"segment {segmentId} ({path}) does not begin with a segment header.");
        var version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        if (version > CurrentVersion)
        {
            throw new StoreUnusableException(
                $"Segment {segmentId} ({path}) has format version {version}, and this program reads versions up to {CurrentVersion}. Run the newer program.");
        }

        if (version < 1 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != Crc32C.Append(0, bytes[..ChecksumOffset]))
            throw SegmentDamage.InHeader($"the header of segment {segmentId} ({path}) does not have its checksum.");
        var header = new SegmentHeader(
            version,
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            new Guid(bytes.Slice(24, 16)));
        if (header.SegmentId != segmentId)
            throw SegmentDamage.InHeader($"{path} holds segment {header.SegmentId}: a segment file was renamed or replaced.");
        if (header.StoreId != store.Id || header.PartitionCount != store.PartitionCount)
        {
            throw new StoreUnusableException(
                $"{path} belongs to store {header.StoreId} with {header.PartitionCount} partitions, and the folder's grains.db to store {store.Id} with {store.PartitionCount}. Put back both from the same backup.");
        }

        return header;
    }

    private static byte[] Encode(int formatVersion, int partitionCount, long segmentId, Guid storeId)
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), formatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), partitionCount);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), segmentId);
        storeId.TryWriteBytes(bytes.AsSpan(24));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(ChecksumOffset), Crc32C.Append(0, bytes.AsSpan(0, ChecksumOffset)));
        return bytes;
    }
}
