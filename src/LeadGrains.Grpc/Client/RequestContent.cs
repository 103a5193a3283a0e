using System.Net;
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
internal sealed class StreamingRequestContent : RequestContent
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The stream to write to, once the request is on its way; cancelled if it never gets there.</summary>
    public Task<Stream> Opened => _opened.Task;

    public override bool IsComplete => _completed.Task.IsCompleted;

    /// <summary>Lets no further message follow.</summary>
    public void Complete() => _completed.TrySetResult();

    public override void Abort() => _completed.TrySetCanceled();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The HTTP client keeps the headers back until the first flush, and the server may want to answer before
        // the first message.
        await stream.FlushAsync(cancellationToken);
        if (!_opened.TrySetResult(stream))
            throw new HttpRequestException("A stream cannot be sent again on another connection.");
        await _completed.Task;
    }
}
