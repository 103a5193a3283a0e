using System.Collections.Concurrent;
using System.Net.Sockets;

namespace LeadGrains.Grpc.Interop.Tests.Wire;

/// <summary>One connection through a tap: two sockets, and what goes between them.</summary>
internal sealed class TappedConnection(Socket client, Socket server, WireTap tap) : IDisposable
{
    private const byte Padded = 0x8;

    private readonly ConcurrentDictionary<int, TappedCall> _calls = new();

    public async Task RunAsync()
    {
        var up = PassAsync(client, server, new FrameSplitter(FrameSplitter.PrefaceLength, OnRequestFrame));
        var down = PassAsync(server, client, new FrameSplitter(0, OnResponseFrame));
        await Task.WhenAll(up, down);
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
    }

    private static async Task PassAsync(Socket from, Socket to, FrameSplitter frames)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                frames.Pass(buffer.AsSpan(0, read));
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One side is gone, so the other has nothing to wait for.
            from.Dispose();
            to.Dispose();
        }
    }

    private void OnRequestFrame(Http2FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        tap.Count(type, isRequest: true);
        if (type == Http2FrameType.Headers)
        {
            _calls.GetOrAdd(stream, _ => tap.Open());
        }
        else if (type == Http2FrameType.Data)
        {
            _calls[stream].Requests.Pass(Content(flags, payload));
        }
    }

    private void OnResponseFrame(Http2FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        tap.Count(type, isRequest: false);
        if (type == Http2FrameType.Data)
        {
            _calls[stream].Responses.Pass(Content(flags, payload));
        }
    }

    private static ReadOnlySpan<byte> Content(byte flags, ReadOnlySpan<byte> payload) =>
        (flags & Padded) == 0 ? payload : payload[1..^payload[0]];
}
