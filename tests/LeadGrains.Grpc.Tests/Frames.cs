using System.Buffers.Binary;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace LeadGrains.Grpc.Tests;

/// <summary>Requests made byte by byte, for what no gRPC client sends.</summary>
internal static class Frames
{
    public static byte[] Of(IMessage message) => Of(message.ToByteArray());

    public static byte[] Of(byte[] message, byte flag = 0)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    public static HttpRequestMessage Request(string path, byte[] body, string contentType = "application/grpc")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return new HttpRequestMessage(HttpMethod.Post, path)
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
            Headers = { { "te", "trailers" } },
        };
    }

    /// <summary>The status, wherever it is; null if there is none. The body must have been read.</summary>
    public static string? StatusOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("grpc-status", out var header) ? header.Single()
        : response.TrailingHeaders.TryGetValues("grpc-status", out var trailer) ? trailer.Single()
        : null;
}
