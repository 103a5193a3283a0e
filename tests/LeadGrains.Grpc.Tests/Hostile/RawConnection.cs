using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace LeadGrains.Grpc.Tests.Hostile;

/// <summary>A connection of HTTP/2 without manners of its own: it sends what a test wants sent, right or wrong.</summary>
internal sealed class RawConnection : IDisposable
{
    public const int DefaultWindow = 65_535;

    public static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly NetworkStream _stream;
    private readonly string _authority;

    private RawConnection(Uri address)
    {
        _authority = address.Authority;
        _socket.Connect(IPAddress.Loopback, address.Port);
        _stream = new NetworkStream(_socket, ownsSocket: true);
    }

    /// <summary>A connection on which nothing was sent.</summary>
    public static RawConnection Silent(Uri address) => new(address);

    /// <summary>A connection on which both sides have said their settings.</summary>
    public static async Task<RawConnection> OpenAsync(Uri address, CancellationToken cancellationToken, uint window = DefaultWindow)
    {
        var connection = new RawConnection(address);
        var settings = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(settings, 0x1); // HEADER_TABLE_SIZE: 0
        BinaryPrimitives.WriteUInt16BigEndian(settings.AsSpan(6), 0x4); // INITIAL_WINDOW_SIZE
        BinaryPrimitives.WriteUInt32BigEndian(settings.AsSpan(8), window);
        await connection.SendAsync((byte[])[.. Preface, .. RawFrame.Write(FrameType.Settings, 0, 0, settings)], cancellationToken);
        await connection.ReadUntilAsync(frame => frame is { Type: FrameType.Settings, Flags: RawFrame.Acknowledgement }, cancellationToken);
        return connection;
    }

    public static IEnumerable<(string Name, string Value)> CallHeaders(string method, string authority = "hostile.test") =>
    [
        (":method", "POST"), (":scheme", "http"), (":path", "/echo.v1.Echo/" + method), (":authority", authority),
        ("content-type", "application/grpc"), ("te", "trailers"),
    ];

    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await _stream.WriteAsync(bytes, cancellationToken);

    public Task SendAsync(FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload, CancellationToken cancellationToken) =>
        SendAsync(RawFrame.Write(type, flags, stream, payload), cancellationToken);

    /// <summary>Opens a stream with a call of a method of Echo.</summary>
    public Task StartCallAsync(int stream, string method, CancellationToken cancellationToken, params (string Name, string Value)[] more) =>
        SendAsync(FrameType.Headers, RawFrame.EndHeaders, stream, RawHeaders.Encode([.. CallHeaders(method, _authority), .. more]), cancellationToken);

    public Task SendDataAsync(int stream, ReadOnlySpan<byte> bytes, bool end, CancellationToken cancellationToken) =>
        SendAsync(FrameType.Data, end ? RawFrame.EndStream : (byte)0, stream, bytes, cancellationToken);

    public Task ResetAsync(int stream, CancellationToken cancellationToken) =>
        SendAsync(FrameType.ResetStream, 0, stream, [0, 0, 0, 8], cancellationToken);

    /// <summary>A call from its start to its status.</summary>
    public async Task<string?> CallAsync(int stream, string method, byte[] body, CancellationToken cancellationToken)
    {
        await StartCallAsync(stream, method, cancellationToken);
        await SendDataAsync(stream, body, end: true, cancellationToken);
        return await StatusAsync(stream, cancellationToken);
    }

    /// <summary>Reads up to the end of a stream; its grpc-status is returned.</summary>
    public async Task<string?> StatusAsync(int stream, CancellationToken cancellationToken) =>
        (await ReadUntilAsync(frame => frame.Stream == stream && frame.EndsStream, cancellationToken)).Header("grpc-status");

    public async Task<RawFrame> ReadUntilAsync(Func<RawFrame, bool> isIt, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await ReadFrameAsync(cancellationToken) is { } frame && isIt(frame))
                return frame;
        }
    }

    /// <summary>The next frame, whatever it is. Settings are acknowledged on the way.</summary>
    /// <exception cref="EndOfStreamException">The server has closed the connection.</exception>
    public async Task<RawFrame> ReadFrameAsync(CancellationToken cancellationToken)
    {
        var header = new byte[RawFrame.HeaderLength];
        await _stream.ReadExactlyAsync(header, cancellationToken);
        var payload = new byte[(header[0] << 16) | (header[1] << 8) | header[2]];
        await _stream.ReadExactlyAsync(payload, cancellationToken);
        var frame = new RawFrame((FrameType)header[3], header[4], BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5)), payload);
        if (frame is { Type: FrameType.Settings, Flags: 0 })
            await SendAsync(FrameType.Settings, RawFrame.Acknowledgement, 0, [], cancellationToken);
        return frame;
    }

    /// <summary>Reads until the server closes the connection, in order or not.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        try
        {
            while (await _stream.ReadAsync(buffer, cancellationToken) > 0)
            {
                // What the server says to rubbish is its own affair.
            }
        }
        catch (IOException)
        {
            // Reset.
        }
    }

    /// <summary>Closes with a reset instead of in order.</summary>
    public void BreakOff() => _socket.Close(timeout: 0);

    public void Dispose() => _stream.Dispose();
}
