using Grpc.Core;
using Grpc.Net.Client.Configuration;
using Grpc.Net.Compression;

namespace Grpc.Net.Client;

/// <summary>How a channel connects and what it accepts.</summary>
public sealed class GrpcChannelOptions
{
    /// <summary>
    /// How the channel is secured. Null for what the address's scheme says; needed for an address that is neither
    /// http nor https.
    /// </summary>
    public ChannelCredentials? Credentials { get; set; }

    /// <summary>True to send call credentials on channels without TLS too, where everybody on the way can read them.</summary>
    public bool UnsafeUseInsecureChannelCallCredentials { get; set; }

    /// <summary>
    /// What sends the HTTP requests. Null for a <see cref="SocketsHttpHandler"/> of the channel's own that opens a
    /// further connection when the streams of the others are used up. Keepalive, certificates and the time to connect
    /// are set there.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>What sends the HTTP requests, instead of <see cref="HttpHandler"/>. Its timeout ends calls as it ends requests.</summary>
    public HttpClient? HttpClient { get; set; }

    /// <summary>True if the channel disposes <see cref="HttpHandler"/> or <see cref="HttpClient"/>. One of its own it always disposes.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>The longest response message, in bytes; a longer one ends the call with RESOURCE_EXHAUSTED. 4 MiB unless set; null for any.</summary>
    public int? MaxReceiveMessageSize { get; set; } = 4 * 1024 * 1024;

    /// <summary>The longest request message, in bytes; a longer one ends the call with RESOURCE_EXHAUSTED. Null, the default, for any.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>
    /// The compressions that responses may use and requests can use; null, the default, for gzip and deflate. A call
    /// chooses one by its name in the header <c>grpc-internal-encoding-request</c>.
    /// </summary>
    public IList<ICompressionProvider>? CompressionProviders { get; set; }

    /// <summary>True if calls that were cancelled, or ran into their deadline, throw <see cref="OperationCanceledException"/> instead of <see cref="RpcException"/>.</summary>
    public bool ThrowOperationCanceledOnCancellation { get; set; }

    /// <summary>Which methods are retried, and how calls are spread over addresses. Null for no retries and one address.</summary>
    public ServiceConfig? ServiceConfig { get; set; }

    /// <summary>The most attempts of a call, whatever its policy says; null for no such bound.</summary>
    public int? MaxRetryAttempts { get; set; } = 5;

    /// <summary>
    /// How many bytes of written streams the channel keeps for retries, in all; a call whose message finds no room is
    /// not retried from then on. 16 MiB unless set; null for any.
    /// </summary>
    public long? MaxRetryBufferSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>How many of these bytes one call may use. 1 MiB unless set; null for any.</summary>
    public long? MaxRetryBufferPerCallSize { get; set; } = 1024 * 1024;

    /// <summary>
    /// The pause before an address that could not be reached is tried again; each further one is 1.6 times longer and
    /// taken at random within a fifth. 1 s unless set.
    /// </summary>
    /// <exception cref="ArgumentException">It is zero or less.</exception>
    public TimeSpan InitialReconnectBackoff { get; set => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>The longest of these pauses. 2 minutes unless set; null for any.</summary>
    /// <exception cref="ArgumentException">It is zero or less.</exception>
    public TimeSpan? MaxReconnectBackoff { get; set => field = value is { } pause ? Positive(pause) : null; } = TimeSpan.FromMinutes(2);

    /// <summary>Gives the <see cref="Balancer.ResolverFactory"/> services that find the addresses of schemes other than http, https and dns.</summary>
    public IServiceProvider? ServiceProvider { get; set; }

    private static TimeSpan Positive(TimeSpan pause) =>
        pause > TimeSpan.Zero ? pause : throw new ArgumentException("A pause before connecting again is longer than zero.", nameof(pause));
}
