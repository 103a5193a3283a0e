using LeadGrains.Grains.Storage;
using Microsoft.Win32.SafeHandles;

namespace LeadGrains.Storage.Embedded;

/// <summary>Looks for texts in files, byte by byte, and counts what it finds.</summary>
internal sealed class ByteSearch
{
    private const int PieceBytes = 1 << 20;

    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _texts;
    private readonly byte[] _buffer;
    private readonly int _overlap;
    private long _bytes;
    private long _found;

    /// <param name="texts">None is empty.</param>
    public ByteSearch(IReadOnlyList<ReadOnlyMemory<byte>> texts)
    {
        _texts = texts;
        _overlap = Math.Max(1, texts.Max(text => text.Length)) - 1;
        _buffer = new byte[PieceBytes + _overlap];
    }

    /// <summary>What came of all files so far.</summary>
    public SearchedPlace In(string place) => new(place, _bytes, _found);

    /// <summary>Searches a file; one that goes away meanwhile holds nothing.</summary>
    public void Run(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Run(file, cancellationToken);
        }
        catch (FileNotFoundException)
        {
        }
    }

    /// <inheritdoc cref="Run(string, CancellationToken)"/>
    public void Run(SafeFileHandle file, CancellationToken cancellationToken)
    {
        var kept = 0;
        for (long offset = 0; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var read = RandomAccess.Read(file, _buffer.AsSpan(kept, PieceBytes), offset);
            if (read == 0)
                return;
            offset += read;
            _bytes += read;
            var piece = _buffer.AsSpan(0, kept + read);
            Count(piece, kept);
            kept = Math.Min(_overlap, piece.Length);
            piece[^kept..].CopyTo(_buffer);
        }
    }

    // What ends within the bytes of the piece before was counted there.
    private void Count(ReadOnlySpan<byte> piece, int before)
    {
        foreach (var text in _texts)
        {
            for (var at = Math.Max(0, before - text.Length + 1); at < piece.Length;)
            {
                var next = piece[at..].IndexOf(text.Span);
                if (next < 0)
                    break;
                _found++;
                at += next + 1;
            }
        }
    }
}
