using System.IO.Pipelines;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The response messages of one call.</summary>
internal sealed class ResponseStreamWriter<T>(HttpServerCallContext context, Marshaller<T> marshaller) : IServerStreamWriter<T>
    where T : class
{
    private readonly CancellationToken _callEnded = context.CancellationToken;
    private Task _flush = Task.CompletedTask;

    public WriteOptions? WriteOptions
    {
        get => context.WriteOptions;
        set => context.WriteOptions = value;
    }

    public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (!_flush.IsCompleted)
            throw new InvalidOperationException("The message before is still being written.");
        if (_callEnded.IsCancellationRequested)
            return Task.FromCanceled(_callEnded);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled(cancellationToken);
        var isFull = context.Response.Write(message, marshaller.ContextualSerializer, context.WriteOptions);
        if (!isFull && context.WriteOptions is { } options && options.Flags.HasFlag(WriteFlags.BufferHint))
            return Task.CompletedTask;
        return Flush(cancellationToken);
    }

    private Task Flush(CancellationToken cancellationToken)
    {
        var flush = context.Response.FlushAsync();
        if (flush.IsCompletedSuccessfully)
            return Task.CompletedTask;
        return _flush = WaitAsync(flush, cancellationToken);
    }

    private async Task WaitAsync(ValueTask<FlushResult> flush, CancellationToken cancellationToken)
    {
        using var cancel = cancellationToken.UnsafeRegister(static response => ((CallResponse)response!).StopWaiting(), context.Response);
        await flush;
        cancellationToken.ThrowIfCancellationRequested();
        _callEnded.ThrowIfCancellationRequested();
    }
}
