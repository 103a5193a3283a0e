using System.Net;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>The body of a request: frames of unknown total length.</summary>
internal abstract class RequestContent : HttpContent
{
    protected RequestContent() => Headers.TryAddWithoutValidation("Content-Type", ProtocolNames.ContentType);

    /// <summary>True once no further message can follow.</summary>
    public abstract bool IsComplete { get; }

    /// <summary>Breaks the stream off, unless it is complete: the server must not take what it has for the whole.</summary>
    public abstract void Abort();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected abstract override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }
}

/// <summary>The body of a call with one request message.</summary>
internal sealed class SingleRequestContent<T>(T message, Marshaller<T> marshaller, int? maxLength, Compressor? compressor) : RequestContent
{
    public override bool IsComplete => true;

    public override void Abort()
    {
        // The message ends the body by itself.
    }

    /// <summary>May be called again by the HTTP client, where it has to send the request on another connection.</summary>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = new PooledBuffer();
        try
        {
            new FrameWriter(maxLength).Write(message, marshaller.ContextualSerializer, buffer, compressor);
            await stream.WriteAsync(buffer.Written, cancellationToken);
        }
        finally
        {
            buffer.Return();
        }
    }
}

/// <summary>The body of a call with a stream of request messages, which a writer fills.</summary>
internal abstract class StreamedRequestContent : RequestContent
{
    /// <summary>Sends a frame. It ends when flow control lets the next one be sent.</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> frame, bool flushes, CancellationToken cancellationToken);

    /// <summary>Lets no further message follow.</summary>
    public abstract void Complete();
}

/// <summary>A stream of request messages that goes straight to the connection.</summary>
internal sealed class DirectRequestContent : StreamedRequestContent
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Stream? _stream;
    private volatile bool _isWritten;

    public override bool IsComplete => _completed.Task.IsCompleted;

    public override void Complete() => _completed.TrySetResult();

    public override void Abort() => _completed.TrySetCanceled();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> frame, bool flushes, CancellationToken cancellationToken)
    {
        await _opened.Task.WaitAsync(cancellationToken);
        _isWritten = true;
        Interlocked.MemoryBarrier();
        var stream = _stream!;
        await stream.WriteAsync(frame, cancellationToken);
        if (flushes)
            await stream.FlushAsync(cancellationToken);
    }

    /// <summary>Called again where the server refused the request unseen: as long as nothing was written, that is no loss.</summary>
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The HTTP client keeps the headers back until the first flush, and the server may want to answer before
        // the first message. A stream that was reset meanwhile is for the HTTP client to tell of, so this is not cancelled.
        await stream.FlushAsync(CancellationToken.None);
        _stream = stream;
        Interlocked.MemoryBarrier();
        if (_isWritten)
            throw new HttpRequestException("A stream cannot be sent again on another connection.");
        _opened.TrySetResult();
        await _completed.Task;
    }
}
