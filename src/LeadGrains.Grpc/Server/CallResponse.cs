using System.IO.Pipelines;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// The response of one call. The method that serves the call and its deadline may both want to end it, on
/// different threads; whoever comes first does, and nothing is written after the end.
/// </summary>
internal sealed class CallResponse(HttpContext http, ServerRuntime runtime)
{
    // A buffered message waits for the next one only while this much waits at most.
    private const int MaxUnflushed = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly FrameWriter _frames = new(runtime.Options.MaxSendMessageSize);
    private readonly PipeWriter _body = http.Response.BodyWriter;
    private Compressor? _compressor;
    private int _unflushed;
    private bool _hasBody;
    private bool _isEnded;

    /// <summary>Compresses the messages to come, if the client can read it.</summary>
    public void Compress(Compressor? compressor)
    {
        if (compressor is null || !Compressions.Accepts(http.Request.Headers.GrpcAcceptEncoding.ToString(), compressor.Provider.EncodingName))
            return;
        _compressor = compressor;
        http.Response.Headers.GrpcEncoding = compressor.Provider.EncodingName;
    }

    /// <summary>Sends the headers ahead of the first message.</summary>
    public async Task SendHeadersAsync(Metadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        lock (_gate)
        {
            ThrowIfEnded();
            if (_hasBody)
                throw new InvalidOperationException("Response headers are sent once, before the first message.");
            StatusHeaders.Write(http.Response.Headers, metadata);
            if (metadata.GetValue(ProtocolNames.EncodingRequest) is { } compression)
                ChooseCompression(compression);
            _hasBody = true;
        }

        await FlushAsync();
    }

    /// <summary>Writes a message into the response's buffer; true if it should be flushed even where it may wait.</summary>
    /// <exception cref="OperationCanceledException">The call has ended.</exception>
    /// <exception cref="RpcException">INTERNAL: there is no message; RESOURCE_EXHAUSTED: it is too long.</exception>
    public bool Write<T>(T message, Action<T, SerializationContext> serializer, WriteOptions? wishes)
    {
        if (message is null)
            throw new RpcException(new Status(StatusCode.Internal, "The method gave no message."));
        lock (_gate)
        {
            ThrowIfEnded();
            _hasBody = true;
            try
            {
                _unflushed += _frames.Write(message, serializer, _body, _compressor?.For(wishes));
            }
            catch when (_frames.IsTorn)
            {
                // Behind half a message nothing can be read.
                TryEnd(new Status(StatusCode.Internal, "A response message could not be written whole."), trailers: null);
                throw;
            }

            return _unflushed >= MaxUnflushed;
        }
    }

    /// <summary>Sends what was written; the task ends when the client's flow control lets more be written.</summary>
    public ValueTask<FlushResult> FlushAsync()
    {
        _unflushed = 0;
        return _body.FlushAsync(CancellationToken.None);
    }

    /// <summary>
    /// Ends a flush that waits, or the next one. What was written goes out all the same: a token given to the flush
    /// would make the server abort the request.
    /// </summary>
    public void StopWaiting() => _body.CancelPendingFlush();

    /// <summary>Ends the call; false if it had ended before.</summary>
    public bool TryEnd(Status status, Metadata? trailers)
    {
        lock (_gate)
        {
            if (_isEnded)
                return false;
            _isEnded = true;
            try
            {
                WriteEnd(status, trailers);
            }
            catch
            {
                // Without its end the response must not look like a whole one.
                http.Abort();
                throw;
            }

            return true;
        }
    }

    /// <summary>Closes the response to the client although the method that serves the call still runs.</summary>
    public Task CompleteAsync() => http.Response.CompleteAsync();

    private void ChooseCompression(string name)
    {
        http.Response.Headers.Remove(ProtocolNames.Encoding);
        _compressor = null;
        Compress(runtime.Compressor(name));
    }

    private void WriteEnd(Status status, Metadata? trailers)
    {
        // Without a message before it the end travels in the headers, and the answer is one frame.
        var headers = _hasBody || http.Response.HasStarted
            ? http.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : http.Response.Headers;
        try
        {
            if (trailers is not null)
                StatusHeaders.Write(headers, trailers);
        }
        catch (RpcException unsendable)
        {
            status = unsendable.Status;
        }

        StatusHeaders.Write(headers, status);
    }

    private void ThrowIfEnded()
    {
        if (_isEnded)
            throw new OperationCanceledException("The call has ended.");
    }
}
