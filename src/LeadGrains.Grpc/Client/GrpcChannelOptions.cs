using Grpc.Net.Compression;

namespace Grpc.Net.Client;

/// <summary>How a channel connects and what it accepts.</summary>
public sealed class GrpcChannelOptions
{
    internal const int DefaultMaxReceiveMessageSize = 4 * 1024 * 1024;

    /// <summary>
    /// What sends the HTTP requests. Null for a <see cref="SocketsHttpHandler"/> of the channel's own that opens a
    /// further connection when the streams of the others are used up.
    /// </summary>
    public HttpMessageHandler? HttpHandler { get; set; }

    /// <summary>True if the channel disposes <see cref="HttpHandler"/>. One of its own it always disposes.</summary>
    public bool DisposeHttpClient { get; set; }

    /// <summary>The longest response message, in bytes; a longer one ends the call with RESOURCE_EXHAUSTED. 4 MiB unless set; null for any.</summary>
    public int? MaxReceiveMessageSize { get; set; } = DefaultMaxReceiveMessageSize;

    /// <summary>The longest request message, in bytes; a longer one ends the call with RESOURCE_EXHAUSTED. Null, the default, for any.</summary>
    public int? MaxSendMessageSize { get; set; }

    /// <summary>
    /// The compressions that responses may use and requests can use; null, the default, for gzip and deflate. A call
    /// chooses one by its name in the header <c>grpc-internal-encoding-request</c>.
    /// </summary>
    public IList<ICompressionProvider>? CompressionProviders { get; set; }
}
