using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Connections;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The request messages of one call.</summary>
internal sealed class RequestStreamReader<T>(HttpServerCallContext context, Marshaller<T> marshaller) : IAsyncStreamReader<T>
    where T : class
{
    private readonly PipeReader _body = context.Http.Request.BodyReader;

    private readonly FrameReader _frames = new(
        context.Runtime.Options.MaxReceiveMessageSize,
        context.RequestEncoding,
        context.Runtime.Compressions,
        isRequest: true);

    private T? _current;

    public T Current => _current ?? throw new InvalidOperationException("There is no current message.");

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        _current = null;
        if (!cancellationToken.CanBeCanceled || cancellationToken == context.TransferToken)
            return await MoveNextAsync(context.TransferToken);
        if (!context.TransferToken.CanBeCanceled)
            return await MoveNextAsync(cancellationToken);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(context.TransferToken, cancellationToken);
        return await MoveNextAsync(either.Token);
    }

    /// <summary>Reads the only message of a method whose requests do not stream.</summary>
    /// <exception cref="RpcException">UNIMPLEMENTED, as the protocol has it: there is none, or more than one.</exception>
    public ValueTask<T> ReadSingleAsync() => ReadAsync(isOnlyOne: true, context.TransferToken)!;

    private async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _current = await ReadAsync(isOnlyOne: false, cancellationToken);
        return _current is not null;
    }

    /// <summary>The next message; null at the end of those that stream.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<T?> ReadAsync(bool isOnlyOne, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var read = await _body.ReadAsync(cancellationToken);
                if (TryTake(read, isOnlyOne) is { } message)
                    return message;
                if (read.IsCanceled)
                    throw new OperationCanceledException(cancellationToken);
                if (!read.IsCompleted)
                    continue;
                if (isOnlyOne)
                    throw new RpcException(new Status(StatusCode.Unimplemented, "The call has no request message, and the method takes one."));

                // A client that is told of the deadline ends its stream, which must not look like the end of its requests.
                context.TransferToken.ThrowIfCancellationRequested();
                return null;
            }
        }
        catch (Exception gone) when (gone is IOException or ConnectionAbortedException)
        {
            context.IsBroken = true;
            throw;
        }
    }

    private T? TryTake(in ReadResult read, bool isOnlyOne)
    {
        var (consumed, examined) = (read.Buffer.Start, read.Buffer.Start);
        try
        {
            if (_frames.TryTake(read.Buffer, read.IsCompleted, isOnlyOne))
            {
                consumed = examined = _frames.End;
                context.Hold(0);
                return marshaller.ContextualDeserializer(_frames);
            }

            context.Hold(read.Buffer.Length);
            examined = read.Buffer.End;
            return null;
        }
        catch (Exception exception) when (CallFailure.IsUnreadable(exception))
        {
            throw CallFailure.Unreadable(exception);
        }
        finally
        {
            _frames.Release();
            _body.AdvanceTo(consumed, examined);
        }
    }
}
