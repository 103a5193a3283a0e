using LeadGrains.EndToEnd.Tests.Crash;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Restart;

public sealed class RestartTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_WhenAskedToStopUnderLoad_DrainsAndTheNextStartReplaysNothing()
    {
        using var data = new TempFolder();
        var population = new Population(streams: 2, DateTimeOffset.UtcNow);
        var ledger = new Ledger();
        await using (var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled))
        {
            await population.UpsertAsync(server, Cancelled);
            var sending = Task.WhenAll(Enumerable.Range(0, 2).Select(stream =>
                new SignalSender(ledger, population, stream, new Random(stream)).SendAsync(server, mostBatches: int.MaxValue, Cancelled)));
            await Task.Delay(TimeSpan.FromSeconds(1), Cancelled);

            Assert.True(await server.TerminateAsync(Cancelled) == 0, server.Process.Output);
            await sending;
        }

        await using var next = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);
        Assert.Contains(" 0 entries were replayed", next.Process.Output, StringComparison.Ordinal);
        Assert.NotEmpty(ledger.Acknowledged);
        var truth = new StoredTruth(next, population, Cancelled);
        Assert.Equal(0, await truth.SendAgainAsync(ledger.Acknowledged, AckLevel.Recorded));
        await truth.CountsAreWithinAsync(ledger.Acknowledged, ledger.Sent);
    }

    [Fact]
    public async Task Serve_WhenAnotherHoldsTheFolder_RefusesAndLeavesItAlone()
    {
        using var data = new TempFolder();
        await using var first = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);

        await using var second = ServerProcess.Launch(data.Path, RepositoryFiles.TestModel);
        var exitCode = await second.Process.WaitAsync(Limit, Cancelled);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(data.Path, second.Process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Process.Output, StringComparison.Ordinal);
        var answer = await first.Ingest.RecordSignalsAsync(
            new RecordSignalsRequest { Signals = { new Signal { Id = "1", Type = "demo_requested", ContactId = "ann" } } }, cancellationToken: Cancelled);
        Assert.Equal(1u, answer.Recorded);
    }

    [Fact]
    public async Task Serve_WhenTheModelIsAnother_PublishesItBeforeItTakesCalls()
    {
        using var data = new TempFolder();
        var signal = new Signal { Id = "1", Type = "demo_requested", ContactId = "ann" };
        await using (var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled))
        {
            await server.Ingest.RecordSignalsAsync(new RecordSignalsRequest { Signals = { signal } }, cancellationToken: Cancelled);
            Assert.Equal(0, await server.TerminateAsync(Cancelled));
        }

        var other = Path.Combine(RepositoryFiles.Root, "deploy", "models", "contributions.yaml");
        await using var next = await ServerProcess.StartAsync(data.Path, other, Cancelled);

        var ann = await next.Contacts.GetContactAsync(new GetContactRequest { ContactId = "ann" }, cancellationToken: Cancelled);
        Assert.Equal((2u, 1ul), (ann.Contact.Score.ModelVersion, ann.Contact.SignalCount));
        var model = await next.Models.GetModelAsync(new GetModelRequest(), cancellationToken: Cancelled);
        Assert.Equal(await File.ReadAllTextAsync(other, Cancelled), model.Model.Yaml);
    }

    [Fact]
    public async Task Serve_WhenRestarted_AnswersAsBefore()
    {
        using var data = new TempFolder();
        var population = new Population(streams: 1, DateTimeOffset.UtcNow);
        var ledger = new Ledger();
        await using (var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled))
        {
            await population.UpsertAsync(server, Cancelled);
            await new SignalSender(ledger, population, stream: 0, new Random(7)).SendAsync(server, mostBatches: 20, Cancelled);
            Assert.Empty(ledger.Unanswered);
            Assert.Equal(0, await server.TerminateAsync(Cancelled));
        }

        await using var next = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);

        var truth = new StoredTruth(next, population, Cancelled);
        await truth.CountsAreWithinAsync(ledger.Sent, ledger.Sent);
        await truth.ScoresAreRecomputedAsync(ledger.Sent);
    }
}
