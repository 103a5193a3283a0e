using System.Collections.Concurrent;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LeadGrains.EndToEnd.Tests.Monitoring;

/// <summary>A collector on the loopback: takes OTLP over HTTP in protobuf, and reads of it what tests ask for.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<byte[]>> _bodies = new(StringComparer.Ordinal);
    private WebApplication _server = null!;

    public string Address => _server.Urls.Single();

    public IReadOnlyList<ReceivedSpan> Spans => [.. _spans];

    /// <summary>What came to a path, such as /v1/logs.</summary>
    public IReadOnlyList<byte[]> Bodies(string path) => _bodies.TryGetValue(path, out var bodies) ? [.. bodies] : [];

    public static async Task<OtlpReceiver> StartAsync(CancellationToken cancellationToken)
    {
        var receiver = new OtlpReceiver();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        receiver._server = builder.Build();
        receiver._server.Urls.Add("http://127.0.0.1:0");
        receiver._server.MapPost("/v1/{signal}", receiver.TakeAsync);
        await receiver._server.StartAsync(cancellationToken);
        return receiver;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy, context.RequestAborted);
        var path = context.Request.Path.Value!;
        _bodies.GetOrAdd(path, _ => new ConcurrentQueue<byte[]>()).Enqueue(copy.ToArray());
        if (path == "/v1/traces")
            Messages(copy.ToArray(), 1).SelectMany(resource => Messages(resource, 2)).SelectMany(scope => Messages(scope, 2)).Select(Read).ToList().ForEach(_spans.Enqueue);
        context.Response.ContentType = "application/x-protobuf";
    }

    // opentelemetry.proto.trace.v1.Span: trace_id 1, span_id 2, parent_span_id 4, name 5, links 13 with the same first two.
    private static ReceivedSpan Read(byte[] span) => new(
        First(span, 1), First(span, 2), First(span, 4), System.Text.Encoding.UTF8.GetString(Messages(span, 5).First()),
        [.. Messages(span, 13).Select(link => First(link, 1))]);

    private static string First(byte[] message, int field) => Convert.ToHexStringLower(Messages(message, field).FirstOrDefault() ?? []);

    // All values of a field that has a length.
    private static List<byte[]> Messages(byte[] message, int field)
    {
        var found = new List<byte[]>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is > 0 and var tag)
        {
            if (WireFormat.GetTagFieldNumber(tag) == field && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                found.Add(input.ReadBytes().ToByteArray());
            else
                input.SkipLastField();
        }

        return found;
    }
}

/// <param name="Trace">In hexadecimal digits, as the two after it.</param>
/// <param name="Id">The span's own.</param>
/// <param name="Parent">Empty for the first of its trace.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Links">The traces that it is linked to.</param>
internal sealed record ReceivedSpan(string Trace, string Id, string Parent, string Name, IReadOnlyList<string> Links);
