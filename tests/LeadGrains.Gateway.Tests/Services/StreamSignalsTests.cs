using Google.Protobuf;
using Grpc.Core;
using LeadGrains.Gateway.Ingest;

namespace LeadGrains.Gateway.Tests.Services;

public sealed class StreamSignalsTests : IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private GatewayHost _gateway = null!;
    private V1.IngestService.IngestServiceClient _ingest = null!;

    public async ValueTask InitializeAsync()
    {
        _gateway = await GatewayHost.StartAsync();
        _ingest = new V1.IngestService.IngestServiceClient(_gateway.Channel);
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task StreamSignals_WhenSentAhead_AnswersEachInOrder()
    {
        using var call = _ingest.StreamSignals(cancellationToken: Cancel);
        for (var number = 1; number <= 200; number++)
            await call.RequestStream.WriteAsync(Batch(number, size: number % 7), Cancel);
        await call.RequestStream.CompleteAsync();

        var answers = await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);

        Assert.Equal(
            Enumerable.Range(1, 200).Select(number => new V1.StreamSignalsResponse { Batch = (ulong)number, Recorded = (uint)(number % 7) }),
            answers);
    }

    [Fact]
    public async Task StreamSignals_WhenAskedBatchByBatch_AnswersAtOnce()
    {
        using var call = _ingest.StreamSignals(cancellationToken: Cancel);
        foreach (var (batch, recorded, duplicates) in new[] { (7UL, 3U, 0U), (7UL, 0U, 3U) })
        {
            await call.RequestStream.WriteAsync(Batch((int)batch, size: 3), Cancel);

            Assert.True(await call.ResponseStream.MoveNext(Cancel));
            Assert.Equal(new V1.StreamSignalsResponse { Batch = batch, Recorded = recorded, Duplicates = duplicates }, call.ResponseStream.Current);
        }
    }

    [Fact]
    public async Task StreamSignals_WhenASignalIsBad_RejectsItInItsBatch()
    {
        using var call = _ingest.StreamSignals(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(new V1.StreamSignalsRequest { Batch = 9, Signals = { Signals.Of("ada", "1"), Signals.Of("ada", "") } }, Cancel);
        await call.RequestStream.CompleteAsync();

        var answer = Assert.Single(await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel));

        Assert.Equal((9UL, 1U), (answer.Batch, answer.Recorded));
        var rejection = Assert.Single(answer.Rejections);
        Assert.Equal((1U, V1.RejectionReason.MissingField, "id"), (rejection.Index, rejection.Reason, rejection.Field));
    }

    [Fact]
    public async Task StreamSignals_WhenABatchIsTooLarge_AnswersThoseBeforeItAndRecordsNothingMore() =>
        await FailsInTheMiddleAsync(Batch(3, size: 10_001).ToByteArray(), "signals ");

    [Fact]
    public async Task StreamSignals_WhenABatchIsNoMessage_AnswersThoseBeforeItAndRecordsNothingMore() =>
        await FailsInTheMiddleAsync(Batch(3, size: 5).ToByteArray()[..^1], "");

    [Fact]
    public async Task StreamSignals_WhenNothingBecomesDurable_HoldsTheSenderBack()
    {
        const int Batches = 300;
        _gateway.Journal.Hold();
        using var call = _ingest.StreamSignals(cancellationToken: Cancel);
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            for (var number = 1; number <= Batches; number++)
            {
                await call.RequestStream.WriteAsync(Batch(number, size: 1_000), Cancel);
                Interlocked.Increment(ref sent);
            }

            await call.RequestStream.CompleteAsync();
        }, Cancel);

        var stalledAt = await StallAsync(() => Volatile.Read(ref sent));
        Assert.InRange(stalledAt, BatchPipeline.MaxUnderWay, Batches / 2);

        _gateway.Journal.Release();
        var answers = await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);
        await sending;

        Assert.Equal(Enumerable.Range(1, Batches), answers.Select(answer => (int)answer.Batch));
        Assert.All(answers, answer => Assert.Equal(1_000U, answer.Recorded));
    }

    [Fact]
    public async Task StreamSignals_WhenTheServerDrains_AnswersWhatItReadAndSendsTheCallerAway()
    {
        using var call = _ingest.StreamSignals(cancellationToken: Cancel);
        await call.RequestStream.WriteAsync(Batch(1, size: 5), Cancel);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));

        _gateway.Readiness.MoveTo(ServingPhase.Draining);

        var fault = await CallAssert.FailsAsync(StatusCode.Unavailable, () => call.ResponseStream.MoveNext(Cancel));
        Assert.NotNull(fault.Trailers.GetValue("grpc-retry-pushback-ms"));
    }

    [Fact]
    public async Task StreamSignals_WhenTheCallerLeaves_KeepsWhatWasSent()
    {
        using (var call = _ingest.StreamSignals(cancellationToken: Cancel))
        {
            await call.RequestStream.WriteAsync(Batch(1, size: 5), Cancel);
            Assert.True(await call.ResponseStream.MoveNext(Cancel));
        }

        var again = await _ingest.RecordSignalsAsync(new V1.RecordSignalsRequest { Signals = { Batch(1, size: 5).Signals } }, cancellationToken: Cancel);

        Assert.Equal(5U, again.Duplicates);
    }

    private static V1.StreamSignalsRequest Batch(int number, int size) =>
        new() { Batch = (ulong)number, Signals = { Signals.Many(size, $"{number}-") } };

    private async Task FailsInTheMiddleAsync(byte[] bad, string message)
    {
        using var call = _gateway.StreamRawSignals(Cancel);
        foreach (var batch in new[] { Batch(1, size: 5).ToByteArray(), Batch(2, size: 5).ToByteArray(), bad })
            await call.RequestStream.WriteAsync(batch, Cancel);
        await WriteUnlessEndedAsync(call.RequestStream, Batch(4, size: 5).ToByteArray());

        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        Assert.Equal(1UL, call.ResponseStream.Current.Batch);
        Assert.True(await call.ResponseStream.MoveNext(Cancel));
        Assert.Equal(2UL, call.ResponseStream.Current.Batch);
        var fault = await CallAssert.FailsAsync(StatusCode.InvalidArgument, () => call.ResponseStream.MoveNext(Cancel));

        Assert.StartsWith(message, fault.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(10, _gateway.EntriesTaken);
    }

    // The server may have ended the call by now.
    private static async Task WriteUnlessEndedAsync(IClientStreamWriter<byte[]> requests, byte[] batch)
    {
        try
        {
            await requests.WriteAsync(batch, Cancel);
        }
        catch (RpcException fault)
        {
            Assert.Equal(StatusCode.InvalidArgument, fault.StatusCode);
        }
    }

    private static async Task<int> StallAsync(Func<int> progress)
    {
        var before = -1;
        var now = progress();
        while (now != before || now == 0)
        {
            before = now;
            await Task.Delay(TimeSpan.FromMilliseconds(500), Cancel);
            now = progress();
        }

        return now;
    }
}
