using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>The request messages of one call.</summary>
internal sealed class RequestStreamWriter<T>(ClientCall call, StreamedRequestContent content, Marshaller<T> marshaller) : IClientStreamWriter<T>
    where T : class
{
    private readonly FrameWriter _frames = new(call.Channel.Options.MaxSendMessageSize);
    private readonly PooledBuffer _buffer = new();
    private Task _write = Task.CompletedTask;

    public WriteOptions? WriteOptions { get; set; } = call.WriteOptions;

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        ThrowIfWriting();
        if (call.IsEnded)
            return Task.FromException(call.Failure());
        if (content.IsComplete)
            throw new InvalidOperationException("The stream of requests was completed before.");
        _buffer.Clear();
        _frames.Write(message, marshaller.ContextualSerializer, _buffer, call.Compressor?.For(WriteOptions));
        return _write = SendAsync(cancellationToken);
    }

    public Task CompleteAsync()
    {
        ThrowIfWriting();
        content.Complete();
        _buffer.Return();
        return Task.CompletedTask;
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        using var cancel = cancellationToken.UnsafeRegister(static call => ((ClientCall)call!).Cancel(), call);
        try
        {
            var flushes = WriteOptions is not { } options || !options.Flags.HasFlag(WriteFlags.BufferHint);
            await content.WriteAsync(_buffer.Written, flushes, call.Token);
        }
        catch (OperationCanceledException exception) when (!call.IsEnded)
        {
            throw call.FailureOf(new Status(StatusCode.Cancelled, "The server takes no more requests; its responses say how the call ends.", exception));
        }
        catch (Exception exception)
        {
            // How the call ends is for the responses to say, which may still come; the write only fails.
            throw call.IsEnded ? call.Failure() : call.FailureOf(call.StatusOf(exception));
        }
    }

    private void ThrowIfWriting()
    {
        if (!_write.IsCompleted)
            throw new InvalidOperationException("The message before is still being written.");
    }
}
