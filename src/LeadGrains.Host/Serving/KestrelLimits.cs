using System.Net;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LeadGrains.Host.Serving;

/// <summary>How Kestrel listens: large windows, so that one connection can carry a whole load.</summary>
internal static class KestrelLimits
{
    /// <summary>
    /// The windows bound only what nothing has looked at yet. Beyond them each stream can make the server keep an
    /// unfinished message; gRPC bounds all of these together, but for the first 64 KiB of each: 6.4 MiB a connection.
    /// </summary>
    private const int StreamsPerConnection = 100;

    /// <summary>What a client may send ahead on one stream before any of it is read: a few batches of 1,000 signals.</summary>
    private const int StreamWindow = 4 << 20;

    /// <summary>The same for all streams of one connection.</summary>
    private const int ConnectionWindow = 16 << 20;

    private const int FrameSize = 1 << 18;

    /// <summary>At each endpoint, unless more or fewer are asked for. All of them together can make the server keep 6.4 GiB of first 64 KiB.</summary>
    public const int Connections = 1_024;

    /// <summary>A client that vanished without a word is noticed by its silence to pings.</summary>
    private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(30);

    /// <summary>What a client has to send its headers, once it has begun.</summary>
    private static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(10);

    /// <summary>The limits of all endpoints.</summary>
    public static void Apply(KestrelServerOptions kestrel, int connections = Connections)
    {
        var limits = kestrel.Limits;
        limits.Http2.MaxStreamsPerConnection = StreamsPerConnection;
        limits.Http2.InitialStreamWindowSize = StreamWindow;
        limits.Http2.InitialConnectionWindowSize = ConnectionWindow;
        limits.Http2.MaxFrameSize = FrameSize;
        limits.Http2.KeepAlivePingDelay = PingDelay;
        limits.Http2.KeepAlivePingTimeout = PingTimeout;
        limits.MaxConcurrentConnections = connections;
        limits.RequestHeadersTimeout = HeadersWithin;

        // Who follows a long answer may do so slowly. Requests keep Kestrel's limits of size and rate: gRPC lifts them itself
        // where a client streams, and may rest.
        limits.MinResponseDataRate = null;
        kestrel.AddServerHeader = false;

        // CloudEvents' SDKs write attributes as they are, which is no UTF-8 and would be refused.
        kestrel.RequestHeaderEncodingSelector = name => name.StartsWith("ce-", StringComparison.OrdinalIgnoreCase) ? Encoding.Latin1 : null;
    }

    /// <summary>HTTP/2 without TLS, by prior knowledge, for gRPC.</summary>
    public static void ListenGrpc(KestrelServerOptions kestrel, IPEndPoint endpoint, Action<ListeningEndpoint> listening, ConnectionRoom? room = null) =>
        Listen(kestrel, endpoint, HttpProtocols.Http2, listening, room);

    /// <summary>HTTP/1.1 for probes and gRPC-Web.</summary>
    public static void ListenHttp(KestrelServerOptions kestrel, IPEndPoint endpoint, Action<ListeningEndpoint> listening, ConnectionRoom? room = null) =>
        Listen(kestrel, endpoint, HttpProtocols.Http1, listening, room);

    // A port of 0 becomes the real one in the options that the caller keeps.
    private static void Listen(
        KestrelServerOptions kestrel, IPEndPoint endpoint, HttpProtocols protocols, Action<ListeningEndpoint> listening, ConnectionRoom? room) =>
        kestrel.Listen(endpoint, listen =>
        {
            listen.Protocols = protocols;
            room?.Bound(listen);
            FirstBytes.AskFor(listen);
            listening(new ListeningEndpoint(listen, isTls: false));
        });
}
