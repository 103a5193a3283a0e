using System.Buffers.Binary;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>A commit whose checksum is right, as a view on the bytes it was read into.</summary>
internal readonly struct Commit
{
    private readonly ReadOnlyMemory<byte> _record;

    private Commit(ReadOnlyMemory<byte> record, long offset)
    {
        _record = record;
        Offset = offset;
    }

    /// <summary>Where it begins in its segment.</summary>
    public long Offset { get; }

    public int Length => _record.Length;

    public long Number => BinaryPrimitives.ReadInt64LittleEndian(_record.Span[24..]);

    public int BlockCount => BinaryPrimitives.ReadInt32LittleEndian(_record.Span[12..]);

    /// <summary>All bytes, as they stand in the file.</summary>
    public ReadOnlyMemory<byte> Record => _record;

    /// <summary>
    /// Takes a whole record; false where checksum or shape are not those of a commit of the segment. A later format
    /// version branches here.
    /// </summary>
    public static bool TryRead(ReadOnlyMemory<byte> record, long offset, SegmentHeader header, out Commit commit)
    {
        commit = new Commit(record, offset);
        return header.FormatVersion switch
        {
            1 => commit.IsWholeVersion1(header),
            _ => throw new StoreUnusableException($"Segment {header.SegmentId} has the unknown format version {header.FormatVersion}."),
        };
    }

    /// <summary>Goes through the blocks in the order they were written in.</summary>
    public BlockEnumerator GetEnumerator() => new(_record, BlockCount);

    private bool IsWholeVersion1(SegmentHeader header)
    {
        var bytes = _record.Span;
        if (CommitFormat.ClaimedLength(bytes, header.SegmentId) != bytes.Length)
            return false;
        var checksum = Crc32C.Append(header.Checksum, bytes[CommitFormat.CheckedFrom..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != checksum)
            return false;
        long lengths = 0;
        for (var i = 0; i < BlockCount; i++)
        {
            var block = bytes[(CommitFormat.HeaderSize + (i * CommitFormat.BlockHeaderSize))..];
            var length = BinaryPrimitives.ReadInt32LittleEndian(block[32..]);
            if (length < 0 || (uint)BinaryPrimitives.ReadInt32LittleEndian(block) >= (uint)header.PartitionCount)
                return false;
            lengths += length;
        }

        return CommitFormat.LengthOf(BlockCount, lengths) == bytes.Length;
    }

    /// <summary>The blocks of one commit.</summary>
    public struct BlockEnumerator(ReadOnlyMemory<byte> record, int count)
    {
        private int _index;
        private int _bytesFrom = CommitFormat.HeaderSize + (count * CommitFormat.BlockHeaderSize);

        public JournalBlock Current { get; private set; }

        public bool MoveNext()
        {
            if (_index == count)
                return false;
            var header = record.Span[(CommitFormat.HeaderSize + (_index++ * CommitFormat.BlockHeaderSize))..];
            var length = BinaryPrimitives.ReadInt32LittleEndian(header[32..]);
            Current = new JournalBlock(
                BinaryPrimitives.ReadInt32LittleEndian(header),
                BinaryPrimitives.ReadInt64LittleEndian(header[8..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[16..]),
                BinaryPrimitives.ReadInt64LittleEndian(header[24..]),
                BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
                record.Slice(_bytesFrom, length));
            _bytesFrom += length;
            return true;
        }
    }
}
