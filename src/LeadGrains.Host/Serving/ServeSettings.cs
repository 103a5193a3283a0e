using System.Net;
using LeadGrains.Gateway.Webhooks;
using LeadGrains.Grains;
using LeadGrains.Host.Composition;

namespace LeadGrains.Host.Serving;

/// <summary>What `serve` was asked.</summary>
internal sealed record ServeSettings
{
    /// <summary>The data folder; made where it is missing.</summary>
    public required string Data { get; init; }

    /// <summary>The PostgreSQL database in place of the folder, as a connection string; null for the folder.</summary>
    public string? Store { get; init; }

    /// <summary>The other nodes that share the database; null where there are none.</summary>
    public ClusterSettings? Cluster { get; init; }

    /// <summary>Where to listen, in place of the two addresses below; null for these.</summary>
    public ConfiguredEndpoints? Endpoints { get; init; }

    /// <summary>Port 0 takes a free one.</summary>
    public required IPEndPoint Grpc { get; init; }

    /// <summary>Port 0 takes a free one.</summary>
    public required IPEndPoint Http { get; init; }

    /// <summary>An endpoint that other machines reach, so that the server starts only where there are keys; null for none.</summary>
    public ConfiguredEndpoint? NeedsKeys { get; init; }

    /// <summary>Where other machines reach the server though nobody asked for keys; null for nowhere.</summary>
    public string? OpenAt { get; init; }

    /// <summary>The origins of pages that may call over gRPC-Web.</summary>
    public IReadOnlyList<string> WebOrigins { get; init; } = [];

    /// <summary>Connections that each endpoint takes.</summary>
    public int Connections { get; init; } = KestrelLimits.Connections;

    /// <summary>Connections of one address, but for this machine's, that all endpoints together take.</summary>
    public int ConnectionsPerAddress { get; init; } = KestrelLimits.Connections / 4;

    /// <summary>The model's document; null for the one in the store, or the default one.</summary>
    public string? ModelFile { get; init; }

    /// <summary>The least level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Log lines as JSON objects.</summary>
    public bool LogJson { get; init; }

    /// <summary>The collector that metrics, traces and logs are sent to by OTLP; null for the one that the environment names, if any.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>How much the engine takes on.</summary>
    public GrainNodeOptions Engine { get; init; } = new();

    /// <summary>How webhooks are delivered.</summary>
    public WebhookSettings Webhooks { get; init; } = new() { Chance = ProcessRandomness.Bytes };
}
