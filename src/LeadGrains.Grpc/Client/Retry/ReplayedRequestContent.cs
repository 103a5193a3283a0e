using System.Net;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// A stream of request messages that is kept, so that it can be sent again, until the call is committed: the server has
/// begun to answer, or what was written exceeds the bounds of the channel. From then on only what waits is kept.
/// </summary>
internal sealed class ReplayedRequestContent(GrpcChannel channel) : StreamedRequestContent
{
    private readonly Lock _gate = new();
    private readonly List<byte[]> _frames = [];
    private TaskCompletionSource _change = NewChange();
    private int _attempt;
    private int _released;
    private int _sent;
    private long _kept;
    private bool _isReset;
    private bool _isCommitted;
    private volatile bool _isComplete;
    private bool _isAborted;

    public override bool IsComplete => _isComplete;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> frame, bool flushes, CancellationToken cancellationToken)
    {
        var number = Add(frame.ToArray());
        while (true)
        {
            Task change;
            lock (_gate)
            {
                if (_sent >= number)
                    return;
                if (_isReset && _isCommitted)
                    throw new OperationCanceledException("The server has reset the stream.");
                change = _change.Task;
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    public override void Complete()
    {
        lock (_gate)
        {
            _isComplete = true;
            Signal();
        }
    }

    public override void Abort()
    {
        lock (_gate)
        {
            _isAborted = true;
            CommitLocked();
            Signal();
        }
    }

    /// <summary>Says that the call will not be made again after this attempt.</summary>
    public void Commit()
    {
        lock (_gate)
        {
            CommitLocked();
            Signal();
        }
    }

    /// <summary>Ends this attempt and begins the stream anew; false if the call is committed to this attempt.</summary>
    public bool TryRewind()
    {
        lock (_gate)
        {
            if (_isCommitted)
                return false;
            NextLocked();
            return true;
        }
    }

    /// <summary>Sends the stream from its beginning. Called once an attempt, or more often if the HTTP client has to send again.</summary>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var attempt = Begin();
        await stream.FlushAsync(CancellationToken.None);
        while (true)
        {
            byte[]? frame;
            Task change;
            lock (_gate)
            {
                ThrowIfOver(attempt);
                change = _change.Task;
                frame = _sent - _released < _frames.Count ? _frames[_sent - _released] : null;
                if (frame is null && _isComplete)
                    return;
            }

            if (frame is null)
                await change;
            else if (await TrySendAsync(stream, frame, cancellationToken))
                CountSent(attempt);
            else
                await WaitForEndAsync(attempt);
        }
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static async ValueTask<bool> TrySendAsync(Stream stream, byte[] frame, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(frame, cancellationToken);
            await stream.FlushAsync(cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // A stream that was reset takes nothing more. The HTTP client says why only if this does not end before it has.
    private async Task WaitForEndAsync(int attempt)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                ThrowIfOver(attempt);
                if (!_isReset)
                    Signal();
                _isReset = true;
                change = _change.Task;
            }

            await change;
        }
    }

    private int NextLocked()
    {
        _sent = 0;
        _isReset = false;
        Signal();
        return ++_attempt;
    }

    private int Begin()
    {
        lock (_gate)
        {
            if (_released > 0)
                throw new HttpRequestException("A stream that is no longer kept cannot be sent again.");
            return NextLocked();
        }
    }

    private int Add(byte[] frame)
    {
        lock (_gate)
        {
            _frames.Add(frame);
            if (!_isCommitted)
            {
                var fits = _kept + frame.Length <= (channel.Options.MaxRetryBufferPerCallSize ?? long.MaxValue);
                if (fits && channel.TryKeepForRetries(frame.Length))
                    _kept += frame.Length;
                else
                    CommitLocked();
            }

            Signal();
            return _released + _frames.Count;
        }
    }

    private void CountSent(int attempt)
    {
        lock (_gate)
        {
            ThrowIfOver(attempt);
            _sent++;
            if (_isCommitted)
                ReleaseLocked();
            Signal();
        }
    }

    private void CommitLocked()
    {
        _isCommitted = true;
        ReleaseLocked();
        channel.TryKeepForRetries(-_kept);
        _kept = 0;
    }

    private void ReleaseLocked()
    {
        _frames.RemoveRange(0, _sent - _released);
        _released = _sent;
    }

    private void ThrowIfOver(int attempt)
    {
        if (_isAborted || attempt != _attempt)
            throw new OperationCanceledException("The attempt was given up.");
    }

    private void Signal()
    {
        _change.TrySetResult();
        _change = NewChange();
    }
}
