using System.Net;

namespace LeadGrains.Host.Serving;

/// <summary>What `serve` was told about the other nodes.</summary>
internal sealed record ClusterSettings
{
    /// <summary>Where other nodes are listened to; port 0 takes a free one.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>The name or address under which other nodes reach this machine.</summary>
    public required string Host { get; init; }

    /// <summary>What all nodes know and nobody else does.</summary>
    public required string Secret { get; init; }

    /// <summary>This node's name, unique in the cluster.</summary>
    public required string Node { get; init; }

    /// <summary>The process, drawn at random when it starts.</summary>
    public required Guid Process { get; init; }

    /// <summary>How long a node that is not heard of keeps its partitions.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"node {Node} of a cluster, listening on {Listen}";
}
