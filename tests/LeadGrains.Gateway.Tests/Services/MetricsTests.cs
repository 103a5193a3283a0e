using System.Diagnostics.Metrics;
using Grpc.Core;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class MetricsTests : IAsyncLifetime
{
    private readonly Lock _gate = new();
    private readonly List<(string Name, double Value, string Tags)> _measured = [];
    private readonly MeterListener _listener = new();
    private GatewayHost _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        var factory = _gateway.Meters;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "leadgrains.gateway" && ReferenceEquals(instrument.Meter.Scope, factory))
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _gateway.DisposeAsync();
    }

    [Fact]
    public async Task RecordSignals_WhenAnswered_IsCounted()
    {
        var ingest = new V1.IngestService.IngestServiceClient(_gateway.Channel);
        var request = new V1.RecordSignalsRequest { Signals = { Signals.Many(5), Signals.Of("ada", "") } };

        await ingest.RecordSignalsAsync(request, cancellationToken: Cancel);
        await ingest.RecordSignalsAsync(request, cancellationToken: Cancel);

        Assert.Equal(5, Sum("leadgrains.gateway.signals.recorded"));
        Assert.Equal(5, Sum("leadgrains.gateway.signals.duplicates"));
        Assert.Equal(2, Sum("leadgrains.gateway.rejected", "reason=missing_field"));
        Assert.Equal(12, Sum("leadgrains.gateway.batch.size"));
        Assert.Equal(2, Count("leadgrains.gateway.request.duration", "rpc.method=/leadgrains.v1.IngestService/RecordSignals,rpc.grpc.status_code=0"));
    }

    [Fact]
    public async Task StreamSignals_WhenOpen_IsCountedByBatch()
    {
        var ingest = new V1.IngestService.IngestServiceClient(_gateway.Channel);
        using (var call = ingest.StreamSignals(cancellationToken: Cancel))
        {
            await call.RequestStream.WriteAsync(new V1.StreamSignalsRequest { Signals = { Signals.Many(5) } }, Cancel);
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            Assert.Equal(1, Sum("leadgrains.gateway.streams"));
            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext(Cancel));
        }

        Assert.Equal(0, Sum("leadgrains.gateway.streams"));
        Assert.Equal(5, Sum("leadgrains.gateway.signals.recorded"));
        Assert.Equal(1, Count("leadgrains.gateway.request.duration", "rpc.method=/leadgrains.v1.IngestService/StreamSignals,rpc.grpc.status_code=0"));
    }

    [Fact]
    public async Task Calls_WhenTheyFail_AreCountedByStatus()
    {
        var contacts = new V1.ContactService.ContactServiceClient(_gateway.Channel);

        await CallAssert.FailsAsync(StatusCode.NotFound, async () =>
            await contacts.GetContactAsync(new V1.GetContactRequest { ContactId = "nobody" }, cancellationToken: Cancel));
        await contacts.UpsertContactsAsync(new V1.UpsertContactsRequest { Contacts = { new V1.ContactTraits() } }, cancellationToken: Cancel);

        Assert.Equal(1, Count("leadgrains.gateway.request.duration", "rpc.method=/leadgrains.v1.ContactService/GetContact,rpc.grpc.status_code=5"));
        Assert.Equal(1, Sum("leadgrains.gateway.rejected", "reason=missing_field"));
    }

    [Fact]
    public async Task Calls_WhenTheirPathsAreSpeltOtherwise_MakeNoFiguresOfTheirOwn()
    {
        var bytes = Marshallers.Create<byte[]>(each => each, each => each);
        var (unary, stream) = (new Method<byte[], byte[]>(MethodType.Unary, "leadgrains.v1.rankingservice", "RANKACCOUNTS", bytes, bytes),
            new Method<byte[], byte[]>(MethodType.DuplexStreaming, "leadgrains.v1.ingestservice", "STREAMSIGNALS", bytes, bytes));
        var invoker = _gateway.Channel.CreateCallInvoker();

        // Whether the server knows them by that spelling is its own affair.
        await IgnoreAsync(async () => await invoker.AsyncUnaryCall(unary, host: null, new CallOptions(cancellationToken: Cancel), []));
        using var call = invoker.AsyncDuplexStreamingCall(stream, host: null, new CallOptions(cancellationToken: Cancel));
        await IgnoreAsync(() => call.RequestStream.WriteAsync([], Cancel));
        await IgnoreAsync(call.RequestStream.CompleteAsync);
        await IgnoreAsync(async () => await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel));

        lock (_gate)
            Assert.DoesNotContain(_measured, each => each.Tags.Contains("rankingservice", StringComparison.Ordinal) || each.Tags.Contains("STREAMSIGNALS", StringComparison.Ordinal));

        static async Task IgnoreAsync(Func<Task> act)
        {
            try
            {
                await act();
            }
            catch (Exception fault) when (fault is RpcException or InvalidOperationException)
            {
            }
        }
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
        lock (_gate)
            _measured.Add((instrument.Name, value, text));
    }

    private double Sum(string name, string? tags = null)
    {
        lock (_gate)
            return _measured.Where(measured => measured.Name == name && (tags is null || measured.Tags == tags)).Sum(measured => measured.Value);
    }

    private int Count(string name, string tags)
    {
        lock (_gate)
            return _measured.Count(measured => measured.Name == name && measured.Tags == tags);
    }
}
