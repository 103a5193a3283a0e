using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Configuration;
using LeadGrains.Gateway.Tests.Calls;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Tests.Services;

/// <summary>What happens to any call, whatever its service.</summary>
public sealed class CallTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_WhenItsDeadlinePasses_EndsAndKeepsWhatWasSent()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var ingest = new V1.IngestService.IngestServiceClient(gateway.Channel);
        var request = new V1.RecordSignalsRequest { Signals = { Signals.Many(10) } };
        gateway.Journal.Hold();

        await CallAssert.FailsAsync(StatusCode.DeadlineExceeded, async () =>
            await ingest.RecordSignalsAsync(request, deadline: DateTime.UtcNow.AddMilliseconds(300), cancellationToken: Cancel));

        gateway.Journal.Release();
        var again = await ingest.RecordSignalsAsync(request, cancellationToken: Cancel);
        Assert.Equal(10U, again.Recorded + again.Duplicates);
        Assert.Equal(10U, (await ingest.RecordSignalsAsync(request, cancellationToken: Cancel)).Duplicates);
    }

    [Fact]
    public async Task Call_WhenItsPolicyTriesAgain_WaitsAsLongAsTheServerSays()
    {
        await using var gateway = await GatewayHost.StartAsync(ServingPhase.Starting);
        var policy = new RetryPolicy
        {
            MaxAttempts = 2,
            InitialBackoff = TimeSpan.FromDays(1),
            MaxBackoff = TimeSpan.FromDays(1),
            BackoffMultiplier = 1,
            RetryableStatusCodes = { StatusCode.Unavailable },
        };
        var config = new ServiceConfig { MethodConfigs = { new MethodConfig { Names = { MethodName.Default }, RetryPolicy = policy } } };
        using var attempts = new Attempts();
        using var channel = GrpcChannel.ForAddress(gateway.Address, new GrpcChannelOptions { ServiceConfig = config, HttpHandler = attempts });
        var accounts = new V1.AccountService.AccountServiceClient(channel);

        var call = accounts.GetAccountAsync(new V1.GetAccountRequest { AccountId = "nobody" }, cancellationToken: Cancel);
        await attempts.FirstAnswer.WaitAsync(Cancel);
        gateway.Readiness.MoveTo(ServingPhase.Serving);

        // The second attempt is answered by the service, a second later instead of a day.
        await CallAssert.FailsAsync(StatusCode.NotFound, () => call.ResponseAsync);
        Assert.Equal(2, attempts.Count);
    }

    [Fact]
    public async Task Call_WhenTheQueueIsFull_IsToldWhenToTryAgain()
    {
        await using var gateway = await GatewayHost.StartAsync(options: new GrainNodeOptions { Loops = 1, QueueCapacity = 100, TurnCapacity = 100 });
        var ingest = new V1.IngestService.IngestServiceClient(gateway.Channel);
        gateway.Journal.Hold();

        var calls = Enumerable.Range(0, 20)
            .Select(number => ingest.RecordSignalsAsync(new V1.RecordSignalsRequest { Signals = { Signals.Many(50, $"{number}-") } }, cancellationToken: Cancel).ResponseAsync)
            .ToList();
        var refused = await Task.WhenAny(calls);

        var fault = await CallAssert.FailsAsync(StatusCode.ResourceExhausted, () => refused);
        FaultAssert.Because("QUEUE_FULL", fault);
        FaultAssert.Retry(fault, TimeSpan.FromMilliseconds(100));
        gateway.Journal.Release();
        Assert.Contains(await Task.WhenAll(calls.Select(RecordedAsync)), recorded => recorded == 50);
    }

    private static async Task<uint> RecordedAsync(Task<V1.RecordSignalsResponse> call)
    {
        try
        {
            return (await call).Recorded;
        }
        catch (RpcException fault)
        {
            Assert.Equal(StatusCode.ResourceExhausted, fault.StatusCode);
            return 0;
        }
    }

    [Fact]
    public async Task Stream_WhenTheQueueIsFull_WaitsInsteadOfFailing()
    {
        await using var gateway = await GatewayHost.StartAsync(options: new GrainNodeOptions { Loops = 1, QueueCapacity = 100, TurnCapacity = 100 });
        var ingest = new V1.IngestService.IngestServiceClient(gateway.Channel);
        using var call = ingest.StreamSignals(cancellationToken: Cancel);
        gateway.Journal.Hold();

        for (var number = 0; number < 20; number++)
            await call.RequestStream.WriteAsync(new V1.StreamSignalsRequest { Batch = (ulong)number, Signals = { Signals.Many(50, $"{number}-") } }, Cancel);
        await call.RequestStream.CompleteAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(100), Cancel);
        gateway.Journal.Release();
        using var time = gateway.LetTimePass();
        var answers = await call.ResponseStream.ReadAllAsync(Cancel).ToListAsync(Cancel);

        Assert.Equal(Enumerable.Range(0, 20), answers.Select(answer => (int)answer.Batch));
        Assert.All(answers, answer => Assert.Equal(50U, answer.Recorded));
    }

    [Fact]
    public async Task Call_WhenTheJournalFails_IsUnavailable()
    {
        await using var gateway = await GatewayHost.StartAsync();
        var ingest = new V1.IngestService.IngestServiceClient(gateway.Channel);
        gateway.Journal.FailCommit(1, new IOException("no space left"));

        var fault = await CallAssert.FailsAsync(StatusCode.Unavailable, async () =>
            await ingest.RecordSignalsAsync(new V1.RecordSignalsRequest { Signals = { Signals.Many(10) } }, cancellationToken: Cancel));

        FaultAssert.Because("PARTITION_UNAVAILABLE", fault);
        FaultAssert.Retry(fault, TimeSpan.FromSeconds(1));
    }

    private sealed class Attempts() : DelegatingHandler(new SocketsHttpHandler())
    {
        private readonly TaskCompletionSource _firstAnswer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task FirstAnswer => _firstAnswer.Task;

        public int Count { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            var response = await base.SendAsync(request, cancellationToken);
            _firstAnswer.TrySetResult();
            return response;
        }
    }
}
