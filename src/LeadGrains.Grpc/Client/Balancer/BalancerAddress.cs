using System.Net;

namespace Grpc.Net.Client.Balancer;

/// <summary>One of the addresses of a channel.</summary>
/// <param name="endPoint">Host and port.</param>
public sealed class BalancerAddress(DnsEndPoint endPoint)
{
    /// <summary>An address.</summary>
    /// <param name="host">A name or an IP address.</param>
    /// <param name="port">The port, 0 to 65,535.</param>
    public BalancerAddress(string host, int port)
        : this(new DnsEndPoint(host, port))
    {
    }

    /// <summary>Host and port.</summary>
    public DnsEndPoint EndPoint { get; } = endPoint;

    /// <inheritdoc/>
    public override string ToString() => $"{EndPoint.Host}:{EndPoint.Port}";
}
