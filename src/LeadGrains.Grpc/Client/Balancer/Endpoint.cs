using System.Collections.Concurrent;
using System.Net.Sockets;
using Grpc.Core;
using Grpc.Net.Client.Balancer;

namespace Grpc.Net.Client.Internal;

/// <summary>One address of a channel, and how often in a row it could not be reached.</summary>
/// <param name="address">Scheme, host and port.</param>
/// <param name="authority">The name that the server goes by, if it is not the address.</param>
internal sealed class Endpoint(Uri address, string? authority)
{
    // What gRPC's document on connection backoff gives a connection at least.
    public static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<string, Uri> _methods = new(StringComparer.Ordinal);
    private int _failures;

    public Uri Address => address;

    public string? Authority => authority;

    /// <summary>How often in a row the address could not be reached.</summary>
    public int Failures => Volatile.Read(ref _failures);

    public static Endpoint Of(BalancerAddress address, bool isSecure, string? authority) =>
        new(new UriBuilder(isSecure ? "https" : "http", address.EndPoint.Host, address.EndPoint.Port).Uri, authority);

    public Uri UriOf(IMethod method) => _methods.GetOrAdd(method.FullName, static (path, address) => new Uri(address, path), address);

    public void CountFailure() => Interlocked.Increment(ref _failures);

    public void CountSuccess()
    {
        if (Failures > 0)
            Volatile.Write(ref _failures, 0);
    }

    /// <summary>True if something listens at the address.</summary>
    public async Task<bool> ListensAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(address.IdnHost, address.Port, cancellationToken).AsTask().WaitAsync(ConnectTimeout, clock, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whatever fails here, be it for want of a socket of our own, must not end the looking.
            return false;
        }
    }
}
