using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace LeadGrains.EndToEnd.Tests.BadInput;

/// <summary>A call whose every byte the test decides, as no client library lets one.</summary>
internal static class RawCall
{
    private const int PrefixLength = 5;

    /// <summary>A message with the prefix that announces it, or a prefix that announces more than there is.</summary>
    public static byte[] Frame(byte[] message, int missing = 0)
    {
        var frame = new byte[PrefixLength + message.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(message.Length + missing));
        message.CopyTo(frame, PrefixLength);
        return frame;
    }

    /// <summary>Sends the frames as one body; gives the messages of the answer and its grpc-status.</summary>
    public static async Task<(IReadOnlyList<byte[]> Messages, int Status)> SendAsync(
        Uri server, string method, IEnumerable<byte[]> frames, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { BaseAddress = server };
        using var request = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent([.. frames.SelectMany(frame => frame)]),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));

        using var response = await client.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = (response.TrailingHeaders.TryGetValues("grpc-status", out var values) ? values : response.Headers.GetValues("grpc-status")).Single();
        return (Messages(body), int.Parse(status, CultureInfo.InvariantCulture));
    }

    /// <summary>The answers to a stream, parsed.</summary>
    public static IEnumerable<T> Parse<T>(this IEnumerable<byte[]> messages, MessageParser<T> parser)
        where T : IMessage<T> => messages.Select(parser.ParseFrom);

    private static List<byte[]> Messages(byte[] body)
    {
        var messages = new List<byte[]>();
        for (var at = 0; at < body.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(at + 1));
            messages.Add(body[(at + PrefixLength)..(at + PrefixLength + length)]);
            at += PrefixLength + length;
        }

        return messages;
    }
}
