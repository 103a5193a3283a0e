using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Monitoring;

/// <summary>A server to which everything happens that is counted.</summary>
internal static class WatchedServer
{
    private const int Contacts = 200;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Starts it with room for few grains, so that they come and go, and sends what is good, bad, and sent before.</summary>
    public static async Task<ServerProcess> StartAsync(string data)
    {
        var server = await ServerProcess.StartAsync(data, model: null, Cancelled, "--active-grains", "16", "--checkpoint-entries", "50");
        for (var round = 0; round < 4; round++)
            await server.Ingest.RecordSignalsAsync(Round(round), cancellationToken: Cancelled);
        await server.Ingest.RecordSignalsAsync(Round(0), cancellationToken: Cancelled);
        await server.Ranking.RankAccountsAsync(new RankAccountsRequest(), cancellationToken: Cancelled);
        var unknown = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = "nobody" }, cancellationToken: Cancelled));
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        await FailAStreamAsync(server);
        return server;
    }

    /// <summary>What it tells now.</summary>
    public static async Task<string> ScrapeAsync(ServerProcess server)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri(server.Http, "/metrics"), Cancelled);
    }

    private static RecordSignalsRequest Round(int round)
    {
        var request = new RecordSignalsRequest { Signals = { new Signal { Id = "nobody's", Type = "demo_requested" } } };
        for (var i = 0; i < Contacts; i++)
            request.Signals.Add(new Signal { Id = $"{round}-{i}", Type = "demo_requested", ContactId = $"c{i}", Email = $"c{i}@firm{i % 20}.com" });
        return request;
    }

    private static async Task FailAStreamAsync(ServerProcess server)
    {
        var bytes = Marshallers.Create<byte[]>(each => each, each => each);
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, "leadgrains.v1.IngestService", "StreamSignals", bytes, bytes);
        using var call = server.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, host: null, new CallOptions(cancellationToken: Cancelled));
        await call.RequestStream.WriteAsync([0xff], Cancelled);
        await Assert.ThrowsAsync<RpcException>(async () => await call.ResponseStream.MoveNext(Cancelled));
    }
}
