using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Client;

/// <summary>A server that speaks HTTP/2 frame by frame, for faults that no real server makes on demand.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private int _connections;

    public RawServer(Func<RawConnection, int, Task> serve)
    {
        _listener.Start();
        Address = new Uri($"http://{_listener.LocalEndpoint}");
        _accepting = AcceptAsync(serve);
    }

    public Uri Address { get; }

    /// <summary>How many connections there were.</summary>
    public int Connections => _connections;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync(Func<RawConnection, int, Task> serve)
    {
        var served = new List<Task>();
        try
        {
            while (true)
                served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token), serve, _connections++));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client, Func<RawConnection, int, Task> serve, int number)
    {
        using (client)
        {
            try
            {
                var connection = new RawConnection(client.GetStream(), _stopping.Token);
                await connection.GreetAsync();
                await serve(connection, number);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or EndOfStreamException)
            {
                // The client or the test has ended.
            }
        }
    }
}

/// <summary>One connection of a <see cref="RawServer"/>.</summary>
internal sealed class RawConnection(NetworkStream stream, CancellationToken stopping)
{
    private const byte Data = 0x0;
    private const byte Headers = 0x1;
    private const byte Reset = 0x3;
    private const byte Settings = 0x4;
    private const byte Ping = 0x6;
    private const byte GoAway = 0x7;

    public async Task GreetAsync()
    {
        await stream.ReadExactlyAsync(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length], stopping);
        await SendAsync(Settings, 0, 0, []);
    }

    /// <summary>Reads up to the next request and gives the number of its stream.</summary>
    public async Task<int> RequestAsync()
    {
        while (true)
        {
            var (type, flags, number, _) = await ReadAsync();
            if (type == Headers)
                return number;
            if (type == Settings && flags == 0)
                await SendAsync(Settings, 0x1, 0, []);
        }
    }

    /// <summary>Reads a frame and answers pings.</summary>
    public async Task<(byte Type, byte Flags, int Stream, byte[] Payload)> ReadAsync()
    {
        var header = new byte[9];
        await stream.ReadExactlyAsync(header, stopping);
        var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
        await stream.ReadExactlyAsync(payload, stopping);
        if (header[3] == Ping && header[4] == 0)
            await SendAsync(Ping, 0x1, 0, payload);
        return (header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
    }

    /// <summary>Reads one message of a request, however it is cut into frames.</summary>
    public async Task<Words> MessageAsync()
    {
        var body = new List<byte>();
        while (body.Count < 5 || body.Count < 5 + BinaryPrimitives.ReadInt32BigEndian(body.ToArray().AsSpan(1)))
        {
            var (type, _, _, payload) = await ReadAsync();
            if (type == Data)
                body.AddRange(payload);
        }

        return Words.Parser.ParseFrom(body.ToArray(), 5, body.Count - 5);
    }

    /// <summary>Answers with a message and OK.</summary>
    public async Task AnswerAsync(int number, Words message)
    {
        await SendAsync(Headers, 0x4, number, [0x88, .. Field("content-type", "application/grpc")]);
        await SendAsync(Data, 0, number, Frames.Of(message));
        await SendAsync(Headers, 0x5, number, Field("grpc-status", "0"));
    }

    /// <summary>Begins to answer and says no more.</summary>
    public Task BeginAnswerAsync(int number) => SendAsync(Headers, 0x4, number, [0x88, .. Field("content-type", "application/grpc")]);

    public Task ResetAsync(int number, int error) => SendAsync(Reset, 0, number, Big(error));

    public Task GoAwayAsync(int lastStream, int error) => SendAsync(GoAway, 0, 0, [.. Big(lastStream), .. Big(error)]);

    /// <summary>Reads on until the client closes, so that nothing is cut off that is on its way.</summary>
    public async Task ReadToEndAsync()
    {
        while (true)
            await ReadAsync();
    }

    /// <summary>Keeps the connection open and neither reads nor writes, as a peer does whose machine was switched off.</summary>
    public Task SaysNothingAsync() => Task.Delay(Timeout.Infinite, stopping);

    private static byte[] Big(int number)
    {
        var octets = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(octets, number);
        return octets;
    }

    // A literal header field without indexing and with a name of its own (RFC 7541, 6.2.2).
    private static byte[] Field(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];

    private async Task SendAsync(byte type, byte flags, int number, byte[] payload)
    {
        byte[] frame = [(byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, .. Big(number), .. payload];
        await stream.WriteAsync(frame, stopping);
    }
}
