using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Overload;

public sealed class FloodTests
{
    private const int Channels = 30;
    private const int CallsAtOnce = 100;
    private const int Rounds = 2;
    private const int Batch = 20;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Flood_WhenItIsMoreThanTheServerCanTake_IsAnsweredOrRefusedWithAHintAndAllWorksAfterwards()
    {
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, "--loops", "1");
        using var ranking = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var asking = AskAsync(server, ranking.Token);

        var flooding = Enumerable.Range(0, Channels).Select(channel => FloodAsync(server.Grpc, channel)).ToList();
        var outcomes = (await Task.WhenAll(flooding).WaitAsync(Limit, Cancelled)).SelectMany(each => each).ToList();
        await ranking.CancelAsync();
        await asking;

        Assert.Equal(Channels * CallsAtOnce * Rounds, outcomes.Count);
        Assert.All(outcomes.Where(outcome => outcome.Refusal is not null), outcome => IsHinted(outcome.Refusal!));
        Assert.Contains(outcomes, outcome => outcome.Refusal is null);

        // What was refused is sent again by its hint until it is taken; then all of it is there, each once.
        foreach (var refused in outcomes.Where(outcome => outcome.Refusal is not null))
            await SendUntilTakenAsync(server, refused.Request);
        Assert.Equal(0u, (await server.Ingest.RecordSignalsAsync(outcomes[0].Request, cancellationToken: Cancelled)).Recorded);
        Assert.Equal((uint)Batch, (await server.Ingest.RecordSignalsAsync(Request("after"), cancellationToken: Cancelled)).Recorded);
        Assert.NotEmpty((await server.Ranking.RankContactsAsync(new RankContactsRequest(), cancellationToken: Cancelled)).Contacts);
    }

    private static async Task<List<Outcome>> FloodAsync(Uri server, int number)
    {
        using var channel = GrpcChannel.ForAddress(server);
        var ingest = new IngestService.IngestServiceClient(channel);
        var outcomes = new List<Outcome>();
        for (var round = 0; round < Rounds; round++)
            outcomes.AddRange(await Task.WhenAll(Enumerable.Range(0, CallsAtOnce).Select(call => SendAsync(ingest, Request($"{number}-{round}-{call}")))));
        return outcomes;
    }

    private static async Task<Outcome> SendAsync(IngestService.IngestServiceClient ingest, RecordSignalsRequest request)
    {
        try
        {
            Assert.Equal((uint)Batch, (await ingest.RecordSignalsAsync(request, cancellationToken: Cancelled)).Recorded);
            return new Outcome(request, null);
        }
        catch (RpcException refusal)
        {
            return new Outcome(request, refusal);
        }
    }

    private static async Task SendUntilTakenAsync(ServerProcess server, RecordSignalsRequest request)
    {
        while (true)
        {
            try
            {
                await server.Ingest.RecordSignalsAsync(request, cancellationToken: Cancelled);
                return;
            }
            catch (RpcException refusal)
            {
                IsHinted(refusal);
                await Task.Delay(refusal.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan(), Cancelled);
            }
        }
    }

    // Questions come beside it, and none hangs either.
    private static async Task AskAsync(ServerProcess server, CancellationToken ended)
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                await server.Ranking.RankAccountsAsync(new RankAccountsRequest(), cancellationToken: ended);
            }
            catch (RpcException refusal) when (refusal.StatusCode is StatusCode.ResourceExhausted or StatusCode.Cancelled)
            {
            }
        }
    }

    private static void IsHinted(RpcException refusal)
    {
        Assert.Equal(StatusCode.ResourceExhausted, refusal.StatusCode);
        Assert.True(refusal.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
    }

    private static RecordSignalsRequest Request(string name) => new()
    {
        Signals = { Enumerable.Range(0, Batch).Select(i => new Signal { Id = $"{name}-{i}", Type = "demo_requested", ContactId = $"c{name}-{i % 7}" }) },
    };

    private sealed record Outcome(RecordSignalsRequest Request, RpcException? Refusal);
}
