using System.Buffers.Binary;

namespace LeadGrains.Grpc.Interop.Tests.Wire;

/// <summary>Cuts one direction of an HTTP/2 connection into its frames (RFC 9113, section 4.1).</summary>
/// <param name="skip">Bytes before the first frame: the length of the client's preface, or 0.</param>
/// <param name="onFrame">Gets each frame's type, flags, stream and payload.</param>
internal sealed class FrameSplitter(int skip, FrameSplitter.FrameHandler onFrame)
{
    /// <summary>The length of "PRI * HTTP/2.0" and what follows it.</summary>
    public const int PrefaceLength = 24;

    private const int HeaderLength = 9;

    private readonly List<byte> _waiting = [];
    private int _skip = skip;

    public delegate void FrameHandler(Http2FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload);

    public void Pass(ReadOnlySpan<byte> bytes)
    {
        var skipped = Math.Min(_skip, bytes.Length);
        _skip -= skipped;
        _waiting.AddRange(bytes[skipped..]);
        var all = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_waiting);
        var at = 0;
        while (all.Length - at >= HeaderLength)
        {
            var header = all[at..];
            var length = (header[0] << 16) | (header[1] << 8) | header[2];
            if (header.Length < HeaderLength + length)
            {
                break;
            }

            var stream = (int)(BinaryPrimitives.ReadUInt32BigEndian(header[5..]) & int.MaxValue);
            onFrame((Http2FrameType)header[3], header[4], stream, header.Slice(HeaderLength, length));
            at += HeaderLength + length;
        }

        _waiting.RemoveRange(0, at);
    }
}

/// <summary>The types of frame (RFC 9113, section 6) that the tests look at.</summary>
internal enum Http2FrameType : byte
{
    Data = 0,
    Headers = 1,
    ResetStream = 3,
    Settings = 4,
    Ping = 6,
    GoAway = 7,
}
