using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Monitoring;

public sealed class TraceTests
{
    private const string Gateway = "leadgrains.v1.IngestService/";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_WhenTheCallerIsTraced_GoesOnThroughGatewayPartitionAndJournal()
    {
        await using var collector = await OtlpReceiver.StartAsync(Cancelled);
        using var data = new TempFolder();
        await using var server = await StartAsync(data.Path, collector);
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        const string Caller = "b7ad6b7169203331";

        await server.Ingest.RecordSignalsAsync(Request("1"), new CallOptions(Traced(Trace, Caller), cancellationToken: Cancelled));
        var spans = await SpansAsync(collector, Trace, 3);

        Assert.Equal(Caller, Assert.Single(spans, span => span.Name == $"{Gateway}RecordSignals").Parent);
        Assert.Equal(["journal commit", $"{Gateway}RecordSignals", "partition"], Names(spans));
        Hangs(spans, "partition", $"{Gateway}RecordSignals");
        Hangs(spans, "journal commit", "partition");
    }

    [Fact]
    public async Task Stream_WhenTheCallerIsTraced_ShowsEachBatch()
    {
        await using var collector = await OtlpReceiver.StartAsync(Cancelled);
        using var data = new TempFolder();
        await using var server = await StartAsync(data.Path, collector);
        const string Trace = "1af7651916cd43dd8448eb211c80319c";

        using var call = server.Ingest.StreamSignals(new CallOptions(Traced(Trace, "b7ad6b7169203331"), cancellationToken: Cancelled));
        foreach (var id in new[] { "1", "2" })
        {
            await call.RequestStream.WriteAsync(new StreamSignalsRequest { Signals = { Request(id).Signals } }, Cancelled);
            Assert.True(await call.ResponseStream.MoveNext(Cancelled));
        }

        var spans = await SpansAsync(collector, Trace, 6);

        Assert.Equal(["journal commit", "journal commit", $"{Gateway}StreamSignals", $"{Gateway}StreamSignals", "partition", "partition"], Names(spans));
    }

    [Fact]
    public async Task Call_WhenTheCallerSaysThatItIsNotSampled_LeavesNoSpan()
    {
        await using var collector = await OtlpReceiver.StartAsync(Cancelled);
        using var data = new TempFolder();
        await using var server = await StartAsync(data.Path, collector);
        const string Trace = "2af7651916cd43dd8448eb211c80319c";
        const string Later = "3af7651916cd43dd8448eb211c80319c";
        Metadata unsampled = [new Metadata.Entry("traceparent", $"00-{Trace}-b7ad6b7169203331-00")];

        await server.Ingest.RecordSignalsAsync(Request("1"), new CallOptions(unsampled, cancellationToken: Cancelled));
        await server.Ingest.RecordSignalsAsync(Request("2"), new CallOptions(Traced(Later, "b7ad6b7169203331"), cancellationToken: Cancelled));
        await SpansAsync(collector, Later, 3);

        Assert.DoesNotContain(collector.Spans, span => span.Trace == Trace);
    }

    [Fact]
    public async Task Collector_WhenItIsNamed_GetsMetricsAndLogs()
    {
        await using var collector = await OtlpReceiver.StartAsync(Cancelled);
        using var data = new TempFolder();
        await using (var server = await StartAsync(data.Path, collector))
        {
            await server.Ingest.RecordSignalsAsync(Request("1"), cancellationToken: Cancelled);
            Assert.Equal(0, await server.TerminateAsync(Cancelled));
        }

        Assert.Contains(collector.Bodies("/v1/metrics"), body => Holds(body, "leadgrains.gateway.signals.recorded") && Holds(body, "service.instance.id"));
        Assert.Contains(collector.Bodies("/v1/logs"), body => Holds(body, "Serving ") && Holds(body, "leadgrains"));
    }

    private static Task<ServerProcess> StartAsync(string data, OtlpReceiver collector) => ServerProcess.StartWithAsync(
        new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "50",
            ["OTEL_BLRP_SCHEDULE_DELAY"] = "50",
        },
        data,
        Cancelled,
        "--otlp",
        collector.Address);

    private static Metadata Traced(string trace, string span) => [new Metadata.Entry("traceparent", $"00-{trace}-{span}-01")];

    private static RecordSignalsRequest Request(string id) =>
        new() { Signals = { new Signal { Id = id, Type = "demo_requested", ContactId = "ann", Email = "ann@acme.com" } } };

    private static bool Holds(byte[] body, string text) => body.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0;

    private static IEnumerable<string> Names(IEnumerable<ReceivedSpan> spans) => spans.Select(span => span.Name).Order(StringComparer.Ordinal);

    private static void Hangs(IReadOnlyList<ReceivedSpan> spans, string inner, string outer) =>
        Assert.Equal(spans.Single(span => span.Name == outer).Id, spans.Single(span => span.Name == inner).Parent);

    private static async Task<IReadOnlyList<ReceivedSpan>> SpansAsync(OtlpReceiver collector, string trace, int count)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        limit.CancelAfter(Limit);
        while (true)
        {
            var spans = collector.Spans.Where(span => span.Trace == trace).ToList();
            if (spans.Count >= count)
                return spans;
            await Task.Delay(50, limit.Token);
        }
    }
}
