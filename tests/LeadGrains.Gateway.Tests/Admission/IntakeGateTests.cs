using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Google.Rpc;
using Grpc.Core;
using LeadGrains.Gateway.Admission;
using LeadGrains.Gateway.Tests.Services;

namespace LeadGrains.Gateway.Tests.Admission;

public sealed class IntakeGateTests : IAsyncLifetime
{
    private const int Flood = 10 * CallLimit.LeastUnlessRefused;

    private GatewayHost _gateway = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private V1.IngestService.IngestServiceClient Ingest => new(_gateway.Channel);

    public async ValueTask InitializeAsync() => _gateway = await GatewayHost.StartAsync();

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    [Fact]
    public async Task Flood_WhenMoreComesThanCanBeTaken_IsAnsweredOrRefusedWithAHintAndAllWorksAfterwards()
    {
        await ShrinkAsync();
        _gateway.Journal.Hold();
        var calls = Enumerable.Range(0, Flood).Select(i => OutcomeAsync($"flood-{i}")).ToList();
        while (calls.Count(call => call.IsCompleted) < Flood - CallLimit.LeastUnlessRefused)
            await Task.Delay(5, Cancel);
        _gateway.Journal.Release();
        var outcomes = await Task.WhenAll(calls);

        Assert.Equal(CallLimit.LeastUnlessRefused, outcomes.Count(refusal => refusal is null));
        Assert.All(outcomes.OfType<RpcException>(), IsHinted);

        _gateway.QueueDelay = TimeSpan.Zero;
        while (await OutcomeAsync("again") is not null)
            await Task.Delay(5, Cancel);
        Assert.Null(await OutcomeAsync("and again"));
    }

    [Fact]
    public async Task Call_WhenItIsRefused_IsSoBeforeItsBodyComes()
    {
        await ShrinkAsync();
        _gateway.Journal.Hold();
        var held = await FillAsync();
        using var client = NewClient();
        using var body = new EndlessContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/leadgrains.v1.IngestService/RecordSignals") { Content = body, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);

        Assert.Equal("8", answer.Headers.GetValues("grpc-status").Single());
        Assert.NotEmpty(answer.Headers.GetValues("grpc-status-details-bin").Single());
        _gateway.Journal.Release();
        await held;
    }

    [Fact]
    public async Task Call_WhenItComesByJsonAndIsRefused_Gets429AndAHint()
    {
        await ShrinkAsync();
        _gateway.Journal.Hold();
        var held = await FillAsync();
        using var client = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/signals") { Content = new StringContent("{", Encoding.UTF8, "application/json"), Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };

        using var answer = await client.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter!.Delta);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
        Assert.Equal(8, body.GetProperty("code").GetInt32());
        Assert.Equal(
            ["QUEUE_FULL", "1s"],
            body.GetProperty("details").EnumerateArray().Select(detail => (detail.TryGetProperty("reason", out var reason) ? reason : detail.GetProperty("retryDelay")).GetString()));
        _gateway.Journal.Release();
        await held;
    }

    [Fact]
    public async Task Others_WhenSignalsAreRefused_AreServed()
    {
        await ShrinkAsync();
        _gateway.Journal.Hold();
        var held = await FillAsync();

        var models = await new V1.ModelService.ModelServiceClient(_gateway.Channel).ListModelsAsync(new V1.ListModelsRequest(), cancellationToken: Cancel);
        var health = await new Grpc.Health.V1.Health.HealthClient(_gateway.Channel).CheckAsync(new Grpc.Health.V1.HealthCheckRequest(), cancellationToken: Cancel);

        Assert.NotEmpty(models.Models);
        Assert.Equal(Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus.Serving, health.Status);
        _gateway.Journal.Release();
        await held;
    }

    private static void IsHinted(RpcException refusal)
    {
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.True(refusal.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
        Assert.NotNull(refusal.Trailers.GetValue("grpc-retry-pushback-ms"));
    }

    // Work waits for long, until no more calls than the least are let in.
    private async Task ShrinkAsync()
    {
        _gateway.QueueDelay = TimeSpan.FromSeconds(1);
        var rest = 0;
        while (rest++ < 30)
            await Task.Delay(60, Cancel);
    }

    /// <returns>Once one call more would be refused: the end of those that are under way.</returns>
    private async Task<Task> FillAsync()
    {
        var calls = Enumerable.Range(0, Flood).Select(i => OutcomeAsync($"fill-{i}")).ToList();
        while (calls.Count(call => call.IsCompleted) < Flood - CallLimit.LeastUnlessRefused)
            await Task.Delay(5, Cancel);
        return Task.WhenAll(calls);
    }

    private async Task<RpcException?> OutcomeAsync(string id)
    {
        try
        {
            await Ingest.RecordSignalsAsync(new V1.RecordSignalsRequest { Signals = { Signals.Of("ada", id) } }, cancellationToken: Cancel);
            return null;
        }
        catch (RpcException refusal)
        {
            return refusal;
        }
    }

    private HttpClient NewClient() => new() { BaseAddress = new Uri(_gateway.Address), Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>A body of which nothing comes before the answer.</summary>
    private sealed class EndlessContent : HttpContent
    {
        private readonly CancellationTokenSource _end = new();

        public EndlessContent() => Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        // A client that sees the stream's end before its answer waits for the body, and cancels it.
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, cancellationToken);
            await Task.Delay(Timeout.InfiniteTimeSpan, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            // Whoever sends it disposes it, and the test.
            if (!_end.IsCancellationRequested)
            {
                _end.Cancel();
                _end.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
