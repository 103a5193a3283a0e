using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace LeadGrains.Testing.Processes;

/// <summary>Where a program is to listen, and what lets nobody else in.</summary>
public static class LoopbackAddress
{
    /// <summary>An address of the loopback that nobody listens on. Somebody else may take it until the program does.</summary>
    public static IPEndPoint Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return (IPEndPoint)listener.LocalEndpoint;
    }

    public static string NewPassword() => Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
}
