using Grpc.Net.Client;
using LeadGrains.Grains;

namespace LeadGrains.Cluster.Peers;

/// <summary>Links over gRPC.</summary>
/// <param name="secret">The cluster's.</param>
/// <param name="options">Bounds and pauses.</param>
/// <param name="clock">Paces them.</param>
public sealed class PeerLinks(PeerSecret secret, PeerOptions options, TimeProvider clock) : IPeerLinks
{
    /// <inheritdoc/>
    public IPeerLink Open(string address)
    {
        var channel = GrpcChannel.ForAddress($"http://{address}", new GrpcChannelOptions
        {
            HttpHandler = NewHandler(),
            DisposeHttpClient = true,
            MaxReceiveMessageSize = Limits.PeerMessageBytes + PeerConnection.FrameBytes,
        });
        return new PeerLink(address, channel, secret, options, clock);
    }

    // A node that is stopped or cut off keeps its connections: only its silence tells.
    private SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = options.ConnectWithin,
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
        KeepAlivePingDelay = options.Silence,
        KeepAlivePingTimeout = options.Silence,
    };
}
