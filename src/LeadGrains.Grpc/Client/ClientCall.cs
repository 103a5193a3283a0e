using System.Globalization;
using Grpc.Core;
using Grpc.Wire;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// One call of a client, whatever its messages. It ends once: by the server's status, by a failure, by the caller
/// who cancels or disposes it, or by its deadline. Whoever comes first says how.
/// </summary>
internal sealed class ClientCall : IClientCall
{
    // The longest time that timers take; a deadline beyond it is as good as none.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly CancellationTokenSource _ending = new();
    private readonly CallOptions _options;
    private CancellationTokenRegistration _callerCancels;
    private CancellationTokenRegistration _channelCloses;
    private ITimer? _deadline;
    private RequestContent? _content;
    private Task<HttpResponseMessage?> _response = Task.FromResult<HttpResponseMessage?>(null);
    private CallAttempts? _attempts;
    private CallEnd? _end;

    public ClientCall(GrpcChannel channel, IMethod method, CallOptions options)
    {
        Channel = channel;
        Plan = channel.PlanOf(method);
        _options = options;
        if (options.Deadline is { Kind: not DateTimeKind.Utc } deadline && deadline != DateTime.MaxValue && deadline != DateTime.MinValue)
            throw new ArgumentException("A deadline is an instant in UTC: its Kind must say so.", nameof(options));
        if (options.Headers is { Count: > 0 } headers && headers.GetValue(ProtocolNames.EncodingRequest) is { } name and not ProtocolNames.Identity)
            Compressor = new Compressor(channel.Compressions.Find(name) ?? throw Unknown(name), Level: null);
    }

    public GrpcChannel Channel { get; }

    /// <summary>How the channel calls the method.</summary>
    public MethodPlan Plan { get; }

    public CallOptions Options => _options;

    public WriteOptions? WriteOptions => _options.WriteOptions;

    /// <summary>How the requests are compressed; null if not.</summary>
    public Compressor? Compressor { get; }

    /// <summary>The response from its headers on; null if the call ended before them.</summary>
    public Task<HttpResponseMessage?> Response => _response;

    /// <summary>Fires when the call has ended.</summary>
    public CancellationToken Token => _ending.Token;

    public bool IsEnded => Volatile.Read(ref _end) is not null;

    // One request to the channel's one address does.
    private bool IsPlain =>
        Plan.Retry is null && Channel.Endpoints is null && !_options.IsWaitForReady && _options.Credentials is null && Channel.Options.Credentials?.Calls is null;

    public Task<Metadata> ResponseHeadersAsync => field ??= ReadHeadersAsync().Observed();

    /// <summary>Sends the request's headers, and its content as that is written.</summary>
    public void Start(IMethod method, string? host, RequestContent content)
    {
        _content = content;
        var timeout = Timeout();
        if (timeout <= TimeSpan.Zero)
        {
            Exceed();
            return;
        }

        if (_options.CancellationToken.IsCancellationRequested)
        {
            Cancel();
            return;
        }

        _attempts = IsPlain ? null : new CallAttempts(this, method, host, content);
        _response = SendAsync(_attempts is null ? BuildRequest(Plan.Uri, host, content) : null);
        if (timeout < LongestTimer)
            _deadline = Channel.Clock.CreateTimer(static call => ((ClientCall)call!).Exceed(), this, timeout.Value, System.Threading.Timeout.InfiniteTimeSpan);
        _callerCancels = _options.CancellationToken.UnsafeRegister(static call => ((ClientCall)call!).Cancel(), this);
        _channelCloses = Channel.Closing.UnsafeRegister(static call => ((ClientCall)call!).Close(), this);
        if (IsEnded)
            StopWatching();
    }

    /// <summary>A request of this call; what is left until the deadline is its timeout.</summary>
    public HttpRequestMessage BuildRequest(Uri uri, string? host, RequestContent content) =>
        RequestHeaders.Build(uri, host, content, Channel.Compressions.AcceptEncoding, _options.Headers, Timeout());

    public Status GetStatus() => Ended().Status;

    public Metadata GetTrailers() => Ended().Trailers();

    /// <summary>Ends the call as cancelled, unless it has ended.</summary>
    public void Cancel() => TryEnd(Status.DefaultCancelled);

    public void Dispose() => TryEnd(new Status(StatusCode.Cancelled, "The call was disposed before its end."));

    /// <summary>Ends the call with the status that the response ends with; it must have been read to its end.</summary>
    public void EndWith(HttpResponseMessage response) => TryEnd(new CallEnd(ResponseStatus.Read(response), Own: null, response));

    /// <summary>Ends the call by a failure, unless it has ended. The exception tells how it did.</summary>
    public Exception Fail(Exception exception)
    {
        TryEnd(new CallEnd(StatusOf(exception), (exception as RpcException)?.Trailers));
        return Failure();
    }

    /// <summary>How a call ended that has ended.</summary>
    public Exception Failure()
    {
        var end = Ended();
        return FailureOf(end.Status, end.Trailers());
    }

    /// <summary>The exception that tells of a status.</summary>
    public Exception FailureOf(Status status, Metadata? trailers = null)
    {
        var failure = new RpcException(status, trailers ?? Metadata.Empty);
        return Channel.Options.ThrowOperationCanceledOnCancellation && status.StatusCode is StatusCode.Cancelled or StatusCode.DeadlineExceeded
            ? new OperationCanceledException(status.Detail, failure, _options.CancellationToken)
            : failure;
    }

    /// <summary>What an exception means for this call; one that comes after the deadline is the deadline's.</summary>
    public Status StatusOf(Exception exception)
    {
        var status = TransportError.StatusOf(exception);
        return status.StatusCode == StatusCode.Cancelled && Timeout() <= TimeSpan.Zero ? DeadlineStatus() : status;
    }

    private static RpcException Unknown(string compression) =>
        new(new Status(StatusCode.Internal, $"The channel has no compression provider for '{compression}'."));

    private static Status DeadlineStatus() => new(StatusCode.DeadlineExceeded, "The deadline has passed.");

    private async Task<HttpResponseMessage?> SendAsync(HttpRequestMessage? request)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await (request is null ? _attempts!.SendAsync() : Channel.SendAsync(request, Token));
            if (ResponseStatus.Refusal(response) is { } refusal)
                throw new RpcException(refusal);
            return response;
        }
        catch (Exception exception)
        {
            response?.Dispose();
            Fail(exception);
            return null;
        }
    }

    private async Task<Metadata> ReadHeadersAsync()
    {
        var headers = await Response is { } response ? ResponseStatus.ReadHeaders(response) : throw Failure();
        if (_attempts is { Failed: > 0 and var failed })
            headers.Add(CallAttempts.PreviousAttempts, failed.ToString(CultureInfo.InvariantCulture));
        return headers;
    }

    private TimeSpan? Timeout() => _options.Deadline is { } deadline && deadline != DateTime.MaxValue
        ? deadline - Channel.Clock.GetUtcNow().UtcDateTime
        : null;

    private void Close() => TryEnd(new Status(StatusCode.Cancelled, "The channel was disposed before the end of the call."));

    private void Exceed() => TryEnd(DeadlineStatus());

    private void TryEnd(Status status) => TryEnd(new CallEnd(status));

    private void TryEnd(CallEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, end, comparand: null) is not null)
            return;
        StopWatching();
        if (end.Status.StatusCode == StatusCode.OK && Plan.Retry is not null)
            Channel.RetryThrottle?.CountSuccess();

        // Attempts that were given up may still be sending.
        if (end.Status.StatusCode != StatusCode.OK || _content is { IsComplete: false } || _attempts is { Failed: > 0 })
            _ending.Cancel();
        _content?.Abort();
        if (_response.IsCompleted)
            _response.Result?.Dispose();
        else
            _ = _response.ContinueWith(static sent => sent.Result?.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void StopWatching()
    {
        _callerCancels.Unregister();
        _channelCloses.Unregister();
        _deadline?.Dispose();
    }

    private CallEnd Ended() => Volatile.Read(ref _end) ?? throw new InvalidOperationException("The call has not ended.");

    /// <summary>
    /// How the call ended. Few look at the trailers of a call that went well, so they are read on demand. Those of one
    /// that failed are read as far as they can be: why it failed matters more.
    /// </summary>
    private sealed record CallEnd(Status Status, Metadata? Own = null, HttpResponseMessage? Response = null)
    {
        public Metadata Trailers() => Own ?? (Response is null ? [] : ResponseStatus.ReadTrailers(Response, skipsUnreadable: Status.StatusCode != StatusCode.OK));
    }
}
