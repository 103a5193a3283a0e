using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The request messages of one call.</summary>
internal sealed class RequestStreamReader<T>(HttpServerCallContext context, Marshaller<T> marshaller) : IAsyncStreamReader<T>
    where T : class
{
    private readonly FrameReader _frames = new(
        context.Http.Request.BodyReader,
        context.Runtime.Options.MaxReceiveMessageSize,
        Encoding(context),
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
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<T> ReadSingleAsync()
    {
        try
        {
            if (!await _frames.ReadSingleAsync(context.TransferToken))
                throw new RpcException(new Status(StatusCode.Unimplemented, "The call has no request message, and the method takes one."));
            return Take();
        }
        catch (IOException)
        {
            context.IsBroken = true;
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await _frames.MoveNextAsync(cancellationToken))
            {
                // A client that is told of the deadline ends its stream, which must not look like the end of its requests.
                context.TransferToken.ThrowIfCancellationRequested();
                return false;
            }

            _current = Take();
            return true;
        }
        catch (IOException)
        {
            context.IsBroken = true;
            throw;
        }
    }

    private T Take()
    {
        try
        {
            return marshaller.ContextualDeserializer(_frames);
        }
        catch (Exception exception) when (CallFailure.IsUnreadable(exception))
        {
            throw CallFailure.Unreadable(exception);
        }
        finally
        {
            _frames.Release();
        }
    }

    private static string? Encoding(HttpServerCallContext context)
    {
        if (!context.Http.Request.Headers.TryGetValue(ProtocolNames.Encoding, out var encoding))
            return null;

        // Only who compresses is told what else could be read: the header has its price.
        context.Http.Response.Headers[ProtocolNames.AcceptEncoding] = context.Runtime.Compressions.AcceptEncoding;
        return encoding.ToString();
    }
}
