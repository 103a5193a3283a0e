using System.Buffers;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// What has arrived of a response and was not read, in one piece however long a message is: whoever reads the
/// response's stream reads it into the room here.
/// </summary>
internal sealed class ResponseBody
{
    private const int SmallestRead = 4 * 1024;

    private byte[] _array = [];
    private int _start;
    private int _end;

    /// <summary>The response has ended: nothing follows what is unread.</summary>
    public bool IsAtEnd { get; private set; }

    public ReadOnlySequence<byte> Unread => new(_array, _start, _end - _start);

    /// <summary>Where the next bytes go. Unread ones may move, so a sequence got before is not good any more.</summary>
    public Memory<byte> MakeRoom()
    {
        if (_array.Length - _end >= SmallestRead)
            return _array.AsMemory(_end);
        var length = _end - _start;
        var target = length + SmallestRead <= _array.Length / 2
            ? _array
            : ArrayPool<byte>.Shared.Rent(Math.Max(2 * SmallestRead, length * 2));
        _array.AsSpan(_start, length).CopyTo(target);
        if (target != _array)
            ReturnArray();
        _array = target;
        _start = 0;
        _end = length;
        return _array.AsMemory(_end);
    }

    /// <summary>So many bytes were read into the room; none at the end.</summary>
    public void Add(int read)
    {
        _end += read;
        IsAtEnd = read == 0;
    }

    /// <summary>Forgets what lies before a position of <see cref="Unread"/>.</summary>
    public void Consume(SequencePosition to) => _start = to.GetInteger();

    /// <summary>Gives the room back. What was unread is gone, and nothing follows it.</summary>
    public void Complete()
    {
        ReturnArray();
        _array = [];
        _start = _end = 0;
        IsAtEnd = true;
    }

    private void ReturnArray()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
    }
}
