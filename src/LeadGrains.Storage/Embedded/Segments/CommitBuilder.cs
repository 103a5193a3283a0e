using LeadGrains.Grains.Storage;
using LeadGrains.Storage.Commits;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>
/// Lays a commit out for one gathering write. Small blocks are copied, since a piece of its own costs more than the
/// copy; large ones are written from where they lie.
/// </summary>
internal sealed class CommitBuilder
{
    private const int CopyBelow = 16 * 1_024;

    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private byte[] _scratch = new byte[64 * 1_024];
    private int _used;
    private int _pieceFrom;

    /// <summary>The pieces, in order. Valid until the next build.</summary>
    public List<ReadOnlyMemory<byte>> Build(List<JournalAppend> appends, SegmentHeader header, long number, int length)
    {
        var all = new AppendedBlocks(appends);
        var blocks = Measure(all, out var copied);
        _pieces.Clear();
        _pieceFrom = 0;
        _used = CommitFormat.HeaderSize;
        var scratch = Scratch(CommitFormat.HeaderSize + (blocks * CommitFormat.BlockHeaderSize) + copied + CommitFormat.Alignment);
        CommitFormat.WriteHeader(scratch, length, blocks, header.SegmentId, number);
        foreach (var block in all)
        {
            CommitFormat.WriteBlockHeader(scratch[_used..], block);
            _used += CommitFormat.BlockHeaderSize;
        }

        long total = _used;
        foreach (var block in all)
        {
            AddBytes(block.Entries);
            total += block.Entries.Length;
        }

        scratch.Slice(_used, (int)(length - total)).Clear();
        _used += (int)(length - total);
        ClosePiece();
        CommitFormat.WriteChecksum(scratch, Checksum(header.Checksum));
        return _pieces;
    }

    private static int Measure(AppendedBlocks all, out int copied)
    {
        var blocks = 0;
        copied = 0;
        foreach (var block in all)
        {
            blocks++;
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
