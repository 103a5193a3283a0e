using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// Reads a response's stream into one contiguous buffer, so that a message lies in one piece however long it is.
/// A read that waits ends when the response is disposed; it takes no token, whose watching would cost more than a
/// short read.
/// </summary>
internal sealed class ResponseBody(Stream stream) : PipeReader
{
    private const int SmallestRead = 4 * 1024;

    private byte[] _array = [];
    private int _start;
    private int _end;
    private int _examined;
    private bool _isAtEnd;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        // What was examined and found too little needs more; what was not yet looked at is there.
        if (_examined == _end && !_isAtEnd)
        {
            MakeRoom();
            var read = await stream.ReadAsync(_array.AsMemory(_end), cancellationToken);
            _end += read;
            _isAtEnd = read == 0;
        }

        return Result();
    }

    public override bool TryRead(out ReadResult result)
    {
        result = Result();
        return _examined < _end || _isAtEnd;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = consumed.GetInteger();
        _examined = examined.GetInteger();
    }

    public override void CancelPendingRead() => throw new NotSupportedException("Dispose the response instead.");

    public override void Complete(Exception? exception = null)
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = [];
        _start = _end = _examined = 0;
        _isAtEnd = true;
    }

    private ReadResult Result() => new(new ReadOnlySequence<byte>(_array, _start, _end - _start), isCanceled: false, _isAtEnd);

    private void MakeRoom()
    {
        if (_array.Length - _end >= SmallestRead)
            return;
        var length = _end - _start;
        var target = length + SmallestRead <= _array.Length / 2
            ? _array
            : ArrayPool<byte>.Shared.Rent(Math.Max(2 * SmallestRead, length * 2));
        _array.AsSpan(_start, length).CopyTo(target);
        if (target != _array && _array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = target;
        _start = 0;
        _end = _examined = length;
    }
}
