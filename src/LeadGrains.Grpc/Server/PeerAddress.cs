using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>A client's address in gRPC's notation.</summary>
internal static class PeerAddress
{
    public static string Of(ConnectionInfo connection) => connection.RemoteIpAddress switch
    {
        null => "unknown",
        { AddressFamily: AddressFamily.InterNetworkV6 } v6 => string.Create(CultureInfo.InvariantCulture, $"ipv6:[{v6}]:{connection.RemotePort}"),
        var v4 => string.Create(CultureInfo.InvariantCulture, $"ipv4:{v4}:{connection.RemotePort}"),
    };
}
