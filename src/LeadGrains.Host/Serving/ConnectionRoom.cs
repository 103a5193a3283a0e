using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace LeadGrains.Host.Serving;

/// <summary>
/// Bounds the connections of one address over all endpoints, so that nobody holds all of them alone, idle or not. This machine's
/// own are not counted, since a proxy on it brings everybody's. For many threads.
/// </summary>
/// <param name="perAddress">How many.</param>
/// <param name="refused">Told of an address that wants more, at most once a minute.</param>
/// <param name="clock">The time.</param>
internal sealed class ConnectionRoom(int perAddress, Action<IPAddress> refused, TimeProvider clock)
{
    // Who is given an IPv6 network has all its addresses.
    private const int NetworkBytes6 = 8;

    private static readonly TimeSpan BetweenComplaints = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, int> _open = new();
    private long _complainedAt = clock.GetTimestamp() - (long)(BetweenComplaints.TotalSeconds * clock.TimestampFrequency);

    /// <summary>Has an endpoint's connections counted. Comes before all else.</summary>
    public void Bound(ListenOptions listen) => listen.Use(next => connection => ServeAsync(connection, next));

    /// <summary>Serves a connection, or has it closed at once.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || IPAddress.IsLoopback(address))
        {
            await next(connection);
            return;
        }

        var caller = NetworkOf(address);
        if (_open.AddOrUpdate(caller, 1, static (_, open) => open + 1) > perAddress)
        {
            Leave(caller);
            Complain(address);
            return;
        }

        try
        {
            await next(connection);
        }
        finally
        {
            Leave(caller);
        }
    }

    private void Leave(IPAddress caller)
    {
        // Only a count of nobody is taken out: one that has risen meanwhile stays.
        if (_open.AddOrUpdate(caller, 0, static (_, open) => open - 1) <= 0)
        {
            _open.TryRemove(new KeyValuePair<IPAddress, int>(caller, 0));
        }
    }

    private void Complain(IPAddress address)
    {
        var last = Interlocked.Read(ref _complainedAt);
        if (clock.GetElapsedTime(last) >= BetweenComplaints && Interlocked.CompareExchange(ref _complainedAt, clock.GetTimestamp(), last) == last)
        {
            refused(address);
        }
    }

    private static IPAddress NetworkOf(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytes6).Clear();
        return new IPAddress(bytes);
    }
}
