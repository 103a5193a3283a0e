using LeadGrains.Grains.Storage;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// Lays a commit out for one gathering write. Small blocks are copied, since a piece of its own costs more than the
/// copy; large ones are written from where they lie.
/// </summary>
internal sealed class CommitBuilder
{
    private const int CopyBelow = 8 * 1_024;

    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private byte[] _scratch = new byte[64 * 1_024];
    private int _used;
    private int _pieceFrom;

    /// <summary>The pieces, in order. Valid until the next build.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Build(IReadOnlyList<JournalAppend> appends, SegmentHeader header, long number, int length)
    {
        var blocks = Measure(appends, out var copied);
        _pieces.Clear();
        _pieceFrom = 0;
        _used = CommitFormat.HeaderSize;
        var scratch = Scratch(CommitFormat.HeaderSize + (blocks * CommitFormat.BlockHeaderSize) + copied + CommitFormat.Alignment);
        CommitFormat.WriteHeader(scratch, length, blocks, header.SegmentId, number);
        foreach (var append in appends)
        {
            foreach (var block in append.Blocks)
            {
                CommitFormat.WriteBlockHeader(scratch[_used..], block);
                _used += CommitFormat.BlockHeaderSize;
            }
        }

        long total = _used;
        foreach (var append in appends)
        {
            foreach (var block in append.Blocks)
            {
                AddBytes(block.Entries);
                total += block.Entries.Length;
            }
        }

        scratch.Slice(_used, (int)(length - total)).Clear();
        _used += (int)(length - total);
        ClosePiece();
        CommitFormat.WriteChecksum(scratch, Checksum(header.Checksum));
        return _pieces;
    }

    private static int Measure(IReadOnlyList<JournalAppend> appends, out int copied)
    {
        var blocks = 0;
        copied = 0;
        foreach (var append in appends)
        {
            blocks += append.Blocks.Count;
            foreach (var block in append.Blocks)
                copied += block.Entries.Length < CopyBelow ? block.Entries.Length : 0;
        }

        return blocks;
    }

    private void AddBytes(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < CopyBelow)
        {
            bytes.Span.CopyTo(_scratch.AsSpan(_used));
            _used += bytes.Length;
            return;
        }

        ClosePiece();
        _pieces.Add(bytes);
    }

    private void ClosePiece()
    {
        if (_used > _pieceFrom)
            _pieces.Add(_scratch.AsMemory(_pieceFrom, _used - _pieceFrom));
        _pieceFrom = _used;
    }

    private uint Checksum(uint seed)
    {
        var checksum = Crc32C.Append(seed, _pieces[0].Span[CommitFormat.CheckedFrom..]);
        for (var i = 1; i < _pieces.Count; i++)
            checksum = Crc32C.Append(checksum, _pieces[i].Span);
        return checksum;
    }

    private Span<byte> Scratch(int bytes)
    {
        if (bytes > _scratch.Length)
            _scratch = new byte[Math.Max(bytes, 2 * _scratch.Length)];
        return _scratch;
    }
}
