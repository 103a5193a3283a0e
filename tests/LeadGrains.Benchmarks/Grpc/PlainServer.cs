using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Benchmarks.Grpc;

/// <summary>
/// The limit: endpoints that move the same bytes over the same HTTP/2 and know nothing of gRPC. The body is gathered
/// before it is answered, as a message must be.
/// </summary>
internal static class PlainServer
{
    public const string Unary = "/plain/unary", Repeat = "/plain/repeat", Chat = "/plain/chat";

    public static void Map(WebApplication application)
    {
        application.MapPost(Unary, UnaryAsync);
        application.MapPost(Repeat, RepeatAsync);
        application.MapPost(Chat, ChatAsync);
    }

    private static async Task UnaryAsync(HttpContext http)
    {
        var body = await GatherAsync(http.Request.BodyReader);
        http.Response.ContentType = "application/octet-stream";
        http.Response.BodyWriter.Write(body);
    }

    private static async Task RepeatAsync(HttpContext http)
    {
        var body = await GatherAsync(http.Request.BodyReader);
        var times = int.Parse(http.Request.Query["times"].ToString(), CultureInfo.InvariantCulture);
        for (var i = 0; i < times; i++)
        {
            await http.Response.BodyWriter.WriteAsync(body);
        }
    }

    private static async Task ChatAsync(HttpContext http)
    {
        await http.Response.BodyWriter.FlushAsync();
        while (true)
        {
            var read = await http.Request.BodyReader.ReadAsync();
            foreach (var piece in read.Buffer)
            {
                http.Response.BodyWriter.Write(piece.Span);
            }

            http.Request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }

            await http.Response.BodyWriter.FlushAsync();
        }
    }

    private static async ValueTask<byte[]> GatherAsync(PipeReader reader)
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
