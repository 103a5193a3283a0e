using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace LeadGrains.Grpc.Interop.Tests.Wire;

/// <summary>
/// Stands between a client and a server and reads along, so that a test sees what neither side's library shows:
/// which messages are compressed, and which frames go to and fro.
/// </summary>
internal sealed class WireTap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Lock _lock = new();
    private readonly List<TappedCall> _calls = [];
    private readonly List<TappedConnection> _connections = [];
    private readonly ConcurrentDictionary<(Http2FrameType Type, bool IsRequest), int> _frames = new();
    private readonly Task _accepting;

    public WireTap(int server)
    {
        Server = server;
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where the client connects.</summary>
    public Uri Address { get; }

    /// <summary>The port that new connections are led to.</summary>
    public int Server { get; set; }

    /// <summary>The calls, in the order in which they began.</summary>
    public IReadOnlyList<TappedCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>How many connections the client has opened.</summary>
    public int Connections
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>How many frames of a type have passed, from the client or from the server.</summary>
    public int Frames(Http2FrameType type, bool isRequest) => _frames.GetValueOrDefault((type, isRequest));

    public void Count(Http2FrameType type, bool isRequest) => _frames.AddOrUpdate((type, isRequest), 1, (_, count) => count + 1);

    public TappedCall Open()
    {
        var call = new TappedCall();
        lock (_lock)
        {
            _calls.Add(call);
        }

        return call;
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        lock (_lock)
        {
            _connections.ForEach(connection => connection.Dispose());
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                client.NoDelay = true;
                _ = RelayAsync(client);
            }
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException)
        {
            // The tap is closed; what still runs ends with its sockets.
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connection = new TappedConnection(client, server, this);
        lock (_lock)
        {
            _connections.Add(connection);
        }

        try
        {
            await server.ConnectAsync(IPAddress.Loopback, Server);
        }
        catch (SocketException)
        {
            // As the client would find it without the tap: nobody listens.
            connection.Dispose();
            return;
        }

        await connection.RunAsync();
    }
}
