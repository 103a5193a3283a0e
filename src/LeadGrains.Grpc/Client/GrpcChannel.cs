using Grpc.Core;
using Grpc.Net.Client.Internal;
using Grpc.Wire;

namespace Grpc.Net.Client;

/// <summary>
/// A way to a server, or to several that do the same, over HTTP/2: with TLS for an address of <c>https</c>, without
/// (prior knowledge) for one of <c>http</c>; several addresses come from <c>static:///name</c> and <c>dns:///host:port</c>.
/// It connects on the first call, connects again when a connection breaks, and may be shared by all threads.
/// </summary>
public sealed class GrpcChannel : ChannelBase, IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly bool _disposesHttp;
    private readonly MethodPlans _plans;
    private readonly Endpoint _own;
    private readonly CancellationTokenSource _closing = new();
    private long _keptForRetries;

    private GrpcChannel(Uri address, GrpcChannelOptions options)
        : base(address.Authority)
    {
        Options = options;
        Destination = ChannelDestination.Of(address, options);
        _own = new Endpoint(Destination.Address, authority: null);
        Endpoints = Destination.Resolver is null ? null : Destination.EndpointsOf(this);
        _plans = new MethodPlans(Destination.Address, options.ServiceConfig, options.MaxRetryAttempts);
        RetryThrottle = options.ServiceConfig?.RetryThrottling is { } throttling ? new RetryThrottle(throttling) : null;
        Chance = new Chance(HashCode.Combine(RpcClock.Default.GetTimestamp(), address));
        ReconnectBackoff = new Backoff(options.InitialReconnectBackoff, options.MaxReconnectBackoff ?? TimeSpan.MaxValue, Factor: 1.6);
        Compressions = new Compressions(options.CompressionProviders ?? Compressions.Defaults());
        _disposesHttp = options.DisposeHttpClient || ConnectsItself;
        _http = options.HttpClient ?? new HttpMessageInvoker(options.HttpHandler ?? NewHandler(), _disposesHttp);
    }

    internal GrpcChannelOptions Options { get; }

    internal ChannelDestination Destination { get; }

    internal Compressions Compressions { get; }

    /// <summary>The addresses that calls are spread over; null if there is one, which is in the methods' plans.</summary>
    internal EndpointSet? Endpoints { get; }

    /// <summary>The one address, for calls that wait until it can be reached.</summary>
    internal EndpointSet OwnEndpoint => field ??= new EndpointSet(_ => Task.FromResult<IReadOnlyList<Endpoint>>([_own]), Timeout.InfiniteTimeSpan, takesTurns: false, this);

    /// <summary>True if nothing of the caller's decides how connections are made.</summary>
    internal bool ConnectsItself => Options is { HttpHandler: null, HttpClient: null };

    internal RetryThrottle? RetryThrottle { get; }

    internal Backoff ReconnectBackoff { get; }

    internal Chance Chance { get; }

    /// <summary>Fires when the channel is disposed.</summary>
    internal CancellationToken Closing => _closing.Token;

    internal TimeProvider Clock { get; set; } = RpcClock.Default;

    /// <summary>A channel to an address such as <c>http://127.0.0.1:7070</c>.</summary>
    public static GrpcChannel ForAddress(string address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address such as <c>http://127.0.0.1:7070</c>, with options.</summary>
    /// <exception cref="InvalidOperationException">Nothing finds addresses of this scheme, or the options contradict it or themselves.</exception>
    public static GrpcChannel ForAddress(string address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ForAddress(new Uri(address), channelOptions);
    }

    /// <summary>A channel to an address.</summary>
    public static GrpcChannel ForAddress(Uri address) => ForAddress(address, new GrpcChannelOptions());

    /// <summary>A channel to an address, with options.</summary>
    /// <exception cref="InvalidOperationException">Nothing finds addresses of this scheme, or the options contradict it or themselves.</exception>
    public static GrpcChannel ForAddress(Uri address, GrpcChannelOptions channelOptions)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(channelOptions);
        return channelOptions is { HttpClient: not null, HttpHandler: not null }
            ? throw new ArgumentException("A channel takes an HttpClient or an HttpHandler, not both.", nameof(channelOptions))
            : new GrpcChannel(address, channelOptions);
    }

    /// <inheritdoc/>
    public override CallInvoker CreateCallInvoker()
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        return new ChannelCallInvoker(this);
    }

    /// <summary>Closes the connections. Calls under way end as cancelled.</summary>
    public void Dispose()
    {
        // Not disposed: calls that start or end meanwhile still look at it.
        _closing.Cancel();
        if (_disposesHttp)
            _http.Dispose();
    }

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
        return Options.HttpClient is { } client
            ? client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken)
            : _http.SendAsync(request, cancellationToken);
    }

    internal MethodPlan PlanOf(IMethod method) => _plans.Of(method);

    /// <summary>Makes room for bytes that a retry may need, or takes it back with a negative number.</summary>
    internal bool TryKeepForRetries(long bytes)
    {
        // Room that is given back is never refused: the sum may hold bytes of another call that are about to be taken out.
        var kept = Interlocked.Add(ref _keptForRetries, bytes);
        if (bytes <= 0 || kept <= (Options.MaxRetryBufferSize ?? long.MaxValue))
            return true;
        Interlocked.Add(ref _keptForRetries, -bytes);
        return false;
    }

    /// <inheritdoc/>
    protected override Task ShutdownAsyncCore()
    {
        Dispose();
        return Task.CompletedTask;
    }

    private SocketsHttpHandler NewHandler() => new()
    {
        EnableMultipleHttp2Connections = true,
        AllowAutoRedirect = false,
        UseCookies = false,

        // An address that swallows packets must not hold calls that others could answer.
        ConnectTimeout = Endpoints is null ? Timeout.InfiniteTimeSpan : Endpoint.ConnectTimeout,
    };
}
