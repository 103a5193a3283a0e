using LeadGrains.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Cluster.Peers;

/// <summary>What a node needs to be asked by the others.</summary>
public sealed record PeerServing
{
    /// <summary>The node as it is at present; null while there is none. Asked for each request.</summary>
    public required Func<GrainNode?> Node { get; init; }

    /// <summary>The cluster's.</summary>
    public required PeerSecret Secret { get; init; }

    /// <summary>Bounds.</summary>
    public PeerOptions Options { get; init; } = new();

    /// <summary>Ends the links of the others: the node is shutting down and has no partition any more.</summary>
    public CancellationToken Closing { get; init; }
}

/// <summary>Puts the other end of nodes' links into a web application.</summary>
public static class PeerRegistration
{
    /// <summary>Adds gRPC and the service.</summary>
    public static IServiceCollection AddLeadGrainsPeers(this IServiceCollection services, PeerServing serving)
    {
        services.AddGrpc().AddServiceOptions<PeerService>(options => options.MaxReceiveMessageSize = Limits.PeerMessageBytes + PeerConnection.FrameBytes);
        services.AddSingleton(serving);
        services.AddSingleton<PeerService>();
        return services;
    }

    /// <summary>Maps the service, which only calls with the cluster's secret may use.</summary>
    public static void MapLeadGrainsPeers(this IEndpointRouteBuilder endpoints) => endpoints.MapGrpcService<PeerService>();
}
