using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using LeadGrains.Grpc.Tests.V1;

namespace LeadGrains.Grpc.Tests.Web;

/// <summary>An answer of gRPC-Web, taken apart without the code that is tested.</summary>
/// <param name="ContentType">As it came.</param>
/// <param name="Headers">Those of HTTP.</param>
/// <param name="Messages">The frames before the last.</param>
/// <param name="Trailers">The last frame's lines.</param>
internal sealed record WebAnswer(string? ContentType, HttpResponseHeaders Headers, IReadOnlyList<Words> Messages, IReadOnlyList<string> Trailers)
{
    public string? Status => Trailers.SingleOrDefault(line => line.StartsWith("grpc-status: ", StringComparison.Ordinal))?["grpc-status: ".Length..];

    public static async Task<WebAnswer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var type = response.Content.Headers.ContentType?.ToString();
        if (type?.StartsWith("application/grpc-web-text", StringComparison.Ordinal) is true)
            body = FromBase64(Encoding.ASCII.GetString(body));
        var messages = new List<Words>();
        var trailers = new List<string>();
        for (var at = 0; at < body.Length;)
        {
            Assert.Empty(trailers); // They are the last frame.
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(at + 1));
            var payload = body.AsSpan(at + 5, length);
            if (body[at] == 0x80)
                trailers.AddRange(Lines(Encoding.ASCII.GetString(payload)));
            else
                messages.Add(Words.Parser.ParseFrom(payload));
            at += 5 + length;
        }

        return new WebAnswer(type, response.Headers, messages, trailers);
    }

    /// <summary>Decodes pieces, each of which may end with padding.</summary>
    public static byte[] FromBase64(string text) =>
        [.. text.Chunk(4).SelectMany(quartet => Convert.FromBase64CharArray(quartet, 0, quartet.Length))];

    private static string[] Lines(string block)
    {
        Assert.EndsWith("\r\n", block, StringComparison.Ordinal);
        return block[..^2].Split("\r\n");
    }
}
