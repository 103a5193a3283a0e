using System.Buffers;
using LeadGrains.Grains.Storage;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded.Segments;

/// <summary>Reads the commits of a segment one after the other. A commit's bytes are valid until the next is read.</summary>
internal sealed class CommitReader(SafeFileHandle file, SegmentHeader header, long from, long end, int bufferBytes) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(bufferBytes);
    private int _bufferStart;
    private int _bufferEnd;

    /// <summary>Where the next commit begins.</summary>
    public long Offset { get; private set; } = from;

    /// <summary>Reads the next commit; false at the end, and where the bytes are not those of a commit.</summary>
    public bool TryRead(out Commit commit)
    {
        commit = default;
        if (!TryFill(CommitFormat.HeaderSize))
            return false;
        var length = CommitFormat.ClaimedLength(_buffer.AsSpan(_bufferStart, CommitFormat.HeaderSize), header.SegmentId);
        if (length == 0 || !TryFill(length))
            return false;
        if (!Commit.TryRead(_buffer.AsMemory(_bufferStart, length), Offset, header, out commit))
            return false;
        _bufferStart += length;
        Offset += length;
        return true;
    }

    /// <summary>What to throw when commits were expected up to the end.</summary>
    public JournalDamagedException Damaged(long commitNumber) => SegmentDamage.At(header.SegmentId, commitNumber, Offset);

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    // Makes so many bytes from Offset stand in the buffer.
    private bool TryFill(int bytes)
    {
        if (_bufferEnd - _bufferStart >= bytes)
            return true;
        if (end - Offset < bytes)
            return false;
        MakeRoom(bytes);
        while (_bufferEnd < bytes)
        {
            var wanted = (int)Math.Min(_buffer.Length, end - Offset) - _bufferEnd;
            var read = RandomAccess.Read(file, _buffer.AsSpan(_bufferEnd, wanted), Offset + _bufferEnd);
            if (read == 0)
                return false;
            _bufferEnd += read;
        }

        return true;
    }

    private void MakeRoom(int bytes)
    {
        var kept = _buffer.AsSpan(_bufferStart, _bufferEnd - _bufferStart);
        if (bytes > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(bytes);
            kept.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            kept.CopyTo(_buffer);
        }

        _bufferEnd -= _bufferStart;
        _bufferStart = 0;
    }
}
