using System.Buffers.Binary;
using System.Text;

namespace LeadGrains.Grpc.Tests.Hostile;

/// <summary>The types of frames of HTTP/2 (RFC 9113, section 6) that tests send and look at.</summary>
internal enum FrameType : byte
{
    Data = 0x0,
    Headers = 0x1,
    ResetStream = 0x3,
    Settings = 0x4,
    Ping = 0x6,
    GoAway = 0x7,
    WindowUpdate = 0x8,
    Continuation = 0x9,
}

/// <summary>One received frame of HTTP/2.</summary>
internal sealed record RawFrame(FrameType Type, byte Flags, int Stream, byte[] Payload)
{
    public const byte EndStream = 0x1;
    public const byte Acknowledgement = 0x1;
    public const byte EndHeaders = 0x4;
    public const int HeaderLength = 9;

    public bool EndsStream => Type is FrameType.Data or FrameType.Headers && (Flags & EndStream) != 0;

    /// <summary>The error code of RST_STREAM or GOAWAY.</summary>
    public uint Error => BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(Type == FrameType.GoAway ? 4 : 0));

    /// <summary>The value of a header in a HEADERS frame; null if it is not there.</summary>
    public string? Header(string name) => RawHeaders.Decode(Payload).LastOrDefault(header => header.Name == name).Value;

    public static byte[] Write(FrameType type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[HeaderLength + payload.Length];
        frame[0] = (byte)(payload.Length >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(1), (ushort)payload.Length);
        frame[3] = (byte)type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(HeaderLength));
        return frame;
    }
}

/// <summary>
/// As little of HPACK (RFC 7541) as the tests need: they send literals, and forbid the server a dynamic table.
/// Kestrel writes no Huffman codes.
/// </summary>
internal static class RawHeaders
{
    private const int ContentTypeIndex = 31;
    private const int Status200Index = 8;

    public static byte[] Encode(IEnumerable<(string Name, string Value)> headers)
    {
        var block = new MemoryStream();
        foreach (var (name, value) in headers)
        {
            block.WriteByte(0);
            WriteText(block, name);
            WriteText(block, value);
        }

        return block.ToArray();
    }

    public static List<(string Name, string Value)> Decode(ReadOnlySpan<byte> block)
    {
        var headers = new List<(string, string)>();
        while (!block.IsEmpty)
        {
            var first = block[0];
            if ((first & 0x80) != 0)
            {
                headers.Add((NameOf(ReadNumber(ref block, 7)), ""));
                continue;
            }

            if ((first & 0xe0) == 0x20)
            {
                ReadNumber(ref block, 5); // a new size of the table
                continue;
            }

            var index = ReadNumber(ref block, (first & 0x40) != 0 ? 6 : 4);
            headers.Add((index == 0 ? ReadText(ref block) : NameOf(index), ReadText(ref block)));
        }

        return headers;
    }

    private static string NameOf(int index) => index switch
    {
        >= Status200Index and <= 14 => ":status",
        ContentTypeIndex => "content-type",
        _ => $"#{index}",
    };

    private static void WriteText(MemoryStream block, string text)
    {
        WriteNumber(block, text.Length);
        block.Write(Encoding.Latin1.GetBytes(text));
    }

    private static void WriteNumber(MemoryStream block, int number)
    {
        if (number < 127)
        {
            block.WriteByte((byte)number);
            return;
        }

        block.WriteByte(127);
        for (number -= 127; number >= 128; number >>= 7)
            block.WriteByte((byte)((number & 127) | 128));
        block.WriteByte((byte)number);
    }

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        Assert.Equal(0, block[0] & 0x80);
        var length = ReadNumber(ref block, 7);
        var text = Encoding.Latin1.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    private static int ReadNumber(ref ReadOnlySpan<byte> block, int bits)
    {
        var most = (1 << bits) - 1;
        var number = block[0] & most;
        block = block[1..];
        if (number < most)
            return number;
        for (var shift = 0; ; shift += 7)
        {
            var octet = block[0];
            block = block[1..];
            number += (octet & 127) << shift;
            if ((octet & 128) == 0)
                return number;
        }
    }
}
