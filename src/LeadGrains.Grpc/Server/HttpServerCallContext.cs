using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A served call over its HTTP request and response.</summary>
internal sealed class HttpServerCallContext : ServerCallContext
{
    private const long Released = -1;

    private CallDeadline? _deadline;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private long _held;

    public HttpServerCallContext(HttpContext http, ServerRuntime runtime, string method)
    {
        MethodCore = method;
        Http = http;
        Runtime = runtime;
        Response = new CallResponse(http, runtime);
    }

    public HttpContext Http { get; }

    public ServerRuntime Runtime { get; }

    public CallResponse Response { get; }

    /// <summary>How the client says that it compresses; null if it says nothing.</summary>
    public string? RequestEncoding { get; private set; }

    /// <summary>
    /// Ends a read when the deadline passes. Without a deadline there is nothing to watch: a broken
    /// request ends them by itself.
    /// </summary>
    public CancellationToken TransferToken => _deadline?.Token ?? CancellationToken.None;

    /// <summary>True once a read has found that the client is gone, which it may know before the call's token fires.</summary>
    public bool IsBroken { get; set; }

    /// <summary>The method's own name: a router may take the path in another spelling.</summary>
    protected override string MethodCore { get; }

    protected override string HostCore => Http.Request.Host.Value ?? "";

    protected override string PeerCore => PeerAddress.Of(Http.Connection);

    protected override DateTime DeadlineCore => _deadline?.Instant ?? DateTime.MaxValue;

    protected override Metadata RequestHeadersCore => _requestHeaders ??= ReadHeaders();

    protected override CancellationToken CancellationTokenCore => _deadline?.Token ?? Http.RequestAborted;

    protected override Metadata ResponseTrailersCore => _responseTrailers ??= [];

    protected override Status StatusCore { get; set; } = Status.DefaultSuccess;

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override IDictionary<object, object> UserStateCore => Http.Items!;

    protected override AuthContext AuthContextCore => field ??= PeerCertificate.Describe(Http.Connection.ClientCertificate);

    /// <summary>
    /// Settles how the messages are compressed, and starts the clock if the client gave a deadline. From then on the
    /// response's headers may be gone at any time.
    /// </summary>
    /// <exception cref="RpcException">UNIMPLEMENTED: the path is not the method's; INTERNAL: the timeout is malformed.</exception>
    public void Start()
    {
        // The router minds neither letter case nor a slash at the end, and the protocol does.
        if (!Http.Request.Path.Value!.EndsWith(MethodCore, StringComparison.Ordinal))
            throw new RpcException(new Status(StatusCode.Unimplemented, $"There is no method {Http.Request.Path}."));
        if (Runtime.ResponseCompressor is { } compressor)
            Response.Compress(compressor);
        if (Http.Request.Headers.GrpcEncoding is { Count: > 0 } encoding)
        {
            // Only who compresses is told what else could be read: the header has its price.
            Http.Response.Headers.GrpcAcceptEncoding = Runtime.Compressions.AcceptEncoding;
            RequestEncoding = encoding.ToString();
        }

        var header = Http.Request.Headers.GrpcTimeout;
        if (header.Count == 0)
            return;
        if (!GrpcTimeout.TryParse(header.ToString(), out var timeout))
            throw new RpcException(new Status(StatusCode.Internal, $"The header grpc-timeout '{header}' is malformed."));
        _deadline = new CallDeadline(Response, Runtime, timeout, Http.RequestAborted);
    }

    /// <summary>Ends the call, unless its deadline ended it before.</summary>
    public void End(Status status) => Response.TryEnd(status, _responseTrailers);

    /// <summary>Counts the bytes of a message of this call that is not whole yet; none once it is.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: all calls together hold too much.</exception>
    public void Hold(long unfinished)
    {
        var before = Volatile.Read(ref _held);
        var after = Math.Max(0, unfinished - UnfinishedMessages.Free);
        if (after == before || before == Released)
            return;
        if (!Runtime.Unfinished.TryAdd(after - before))
            throw new RpcException(new Status(StatusCode.ResourceExhausted, "The server holds as much of unfinished messages as it may."));

        // A read that the method has left behind may meet the end of the call.
        if (Interlocked.CompareExchange(ref _held, after, before) != before)
            Runtime.Unfinished.Return(after - before);
    }

    /// <summary>Stops the clock. The HTTP request must not be given back to the server before.</summary>
    public ValueTask ReleaseAsync()
    {
        if (Interlocked.Exchange(ref _held, Released) is > 0 and var held)
            Runtime.Unfinished.Return(held);
        return _deadline is null ? ValueTask.CompletedTask : _deadline.StopAsync();
    }

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) =>
        Response.SendHeadersAsync(responseHeaders);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) =>
        throw new NotSupportedException("Pass the deadline and the cancellation token on by hand.");

    private Metadata ReadHeaders()
    {
        var metadata = new Metadata();
        foreach (var (name, values) in Http.Request.Headers)
        {
            foreach (var value in values)
                MetadataWire.Receive(metadata, name, value ?? "");
        }

        return metadata;
    }
}
