using System.Buffers.Binary;
using System.Text;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>The last frame of an answer: the trailers as lines of an HTTP/1.1 header block, names in lower case.</summary>
internal static class TrailerFrame
{
    private const byte Flag = 0x80;

    /// <summary>The values are those of HTTP trailers: printable ASCII, without a line end.</summary>
    public static byte[] Of(IHeaderDictionary trailers)
    {
        var lines = new StringBuilder();
        foreach (var (name, values) in trailers)
        {
            foreach (var value in values)
                lines.Append(name.ToLowerInvariant()).Append(": ").Append(value).Append("\r\n");
        }

        var frame = new byte[FrameWriter.PrefixLength + lines.Length];
        frame[0] = Flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), lines.Length);
        Encoding.ASCII.GetBytes(lines.ToString(), frame.AsSpan(FrameWriter.PrefixLength));
        return frame;
    }
}
