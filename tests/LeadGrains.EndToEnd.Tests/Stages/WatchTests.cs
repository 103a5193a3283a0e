using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Stages;

public sealed class WatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    // By the default model a demo and a quote make 150 points, intent 82.3, total 49.4: entered at 43.
    [Fact]
    public async Task Watch_WhenServersAreKilledAndStoppedBetween_GivesEachChangeOnce()
    {
        using var data = new TempFolder();
        string token;
        await using (var first = await ServerProcess.StartAsync(data.Path, model: null, Cancelled))
        {
            using var watch = Stages(first).WatchStageChanges(new WatchStageChangesRequest(), cancellationToken: Cancelled);
            Assert.Null((await NextAsync(watch)).Transition);
            await AskForDemoAndQuoteAsync(first, "ann");
            var ann = await NextAsync(watch);
            Assert.Equal(("ann", "nurture", "engaged"), (ann.Transition.Id, ann.Transition.FromStage, ann.Transition.ToStage));
            token = ann.ResumeToken;
            first.Kill();
            await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancelled));
        }

        await using (var second = await ServerProcess.StartAsync(data.Path, model: null, Cancelled))
        {
            await AskForDemoAndQuoteAsync(second, "bob");
            using var watch = Stages(second).WatchStageChanges(new WatchStageChangesRequest { ResumeToken = token }, cancellationToken: Cancelled);
            Assert.Equal(token, (await NextAsync(watch)).ResumeToken);
            Assert.Equal("bob", (await NextAsync(watch)).Transition.Id);
            await AskForDemoAndQuoteAsync(second, "cem");
            var cem = await NextAsync(watch);
            Assert.Equal("cem", cem.Transition.Id);
            token = cem.ResumeToken;

            var ended = Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext(Cancelled));
            Assert.Equal(0, await second.TerminateAsync(Cancelled));
            Assert.Equal(StatusCode.Unavailable, (await ended).StatusCode);
        }

        await using var third = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        await AskForDemoAndQuoteAsync(third, "dora");
        using var last = Stages(third).WatchStageChanges(new WatchStageChangesRequest { ResumeToken = token }, cancellationToken: Cancelled);
        await NextAsync(last);
        Assert.Equal("dora", (await NextAsync(last)).Transition.Id);
        await WatchByCommandAsync(third);
    }

    private static async Task WatchByCommandAsync(ServerProcess server)
    {
        await using var command = Command.Start("watch", "--from-start", "--json", "--server", server.Grpc.ToString());
        var told = new[] { "ann", "bob", "cem", "dora" };
        while (!told.All(id => command.Output.Contains($"\"id\": \"{id}\"", StringComparison.Ordinal)))
        {
            Assert.False(command.HasExited, command.Output);
            await Task.Delay(20, Cancelled);
        }

        command.Terminate();
        Assert.Equal(0, await command.WaitAsync(Limit, Cancelled));
        Assert.Contains("Go on with --resume ", command.Output, StringComparison.Ordinal);
        Assert.Equal(4, command.Output.Split("\"fromStage\": \"nurture\"").Length - 1);
    }

    private static StageService.StageServiceClient Stages(ServerProcess server) => new(server.Channel);

    private static async Task<WatchStageChangesResponse> NextAsync(AsyncServerStreamingCall<WatchStageChangesResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(Cancelled));
        return watch.ResponseStream.Current;
    }

    private static async Task AskForDemoAndQuoteAsync(ServerProcess server, string contact) => await server.Ingest.RecordSignalsAsync(
        new RecordSignalsRequest
        {
            Signals =
            {
                new Signal { Id = $"{contact} 1", Type = "demo_requested", ContactId = contact },
                new Signal { Id = $"{contact} 2", Type = "quote_requested", ContactId = contact },
            },
        },
        cancellationToken: Cancelled);
}
