using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Publishing;

public sealed class PublishTests
{
    private const double Tolerance = 1e-9;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_WhileSignalsAreSent_CountsEachAcknowledgedOneOnceUnderTheNewModel()
    {
        using var data = new TempFolder();
        await using var server = await PublishedModel.First.ServeAsync(data, Cancelled);
        ViewSender[] senders = [new("left"), new("right")];
        using var stop = new CancellationTokenSource();
        await senders[0].SendAsync(server, 5_000, Cancelled);
        var sending = Task.WhenAll(senders.Select(sender => sender.SendUntilAsync(server, stop.Token, Cancelled)));

        foreach (var model in new[] { PublishedModel.Second, PublishedModel.First, PublishedModel.Second })
        {
            var published = await model.PublishAsync(server, Cancelled);
            Assert.InRange(published.EntriesReplayed, 5_000ul, published.EntriesTotal);
        }

        await stop.CancelAsync();
        await sending;
        foreach (var contact in ViewSender.Everyone)
        {
            var sent = senders.Select(sender => sender.AcknowledgedOf(contact)).Aggregate((left, right) => left + right);
            var got = await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = contact }, cancellationToken: Cancelled);
            var explained = await ExplainAsync(server, contact);
            Assert.Equal((2u, sent), (got.Contact.Score.ModelVersion, got.Contact.SignalCount));
            Assert.Equal(PublishedModel.Second.PointsOfViews(sent), explained.Contact.Score.IntentPoints, Tolerance * sent);
        }
    }

    [Fact]
    public async Task Publish_WhenRolledBack_GivesTheSameScores()
    {
        using var data = new TempFolder();
        await using var server = await PublishedModel.First.ServeAsync(data, Cancelled);
        await new ViewSender("only").SendAsync(server, 500, Cancelled);
        await server.Ingest.RecordSignalsAsync(
            new RecordSignalsRequest { Signals = { PublishedModel.Signal("d", "demo_requested", "ann") }, AckLevel = AckLevel.Ranked }, cancellationToken: Cancelled);
        string[] contacts = [.. ViewSender.Everyone, "ann"];
        var before = await Task.WhenAll(contacts.Select(contact => ExplainAsync(server, contact)));
        var account = await ExplainAccountAsync(server);

        await PublishedModel.Second.PublishAsync(server, Cancelled);
        var between = await Task.WhenAll(contacts.Select(contact => ExplainAsync(server, contact)));
        var accountBetween = await ExplainAccountAsync(server);
        using (var back = server.Models.PublishModel(new PublishModelRequest { Version = 1 }, cancellationToken: Cancelled))
        {
            Assert.Equal(1u, await back.ResponseStream.ReadAllAsync(Cancelled).Select(answer => answer.Model?.Version).LastAsync(Cancelled));
        }

        var after = await Task.WhenAll(contacts.Select(contact => ExplainAsync(server, contact)));
        var accountAfter = await ExplainAccountAsync(server);
        Assert.All(before.Zip(between), pair => Assert.NotEqual(pair.First.Contact.Score.IntentPoints, pair.Second.Contact.Score.IntentPoints));
        Assert.NotEqual(account.Account.Score.IntentPoints, accountBetween.Account.Score.IntentPoints, 1.0);
        Assert.Equal(before.Select(Figures), after.Select(Figures));
        Assert.Equal(account.Account.Score.IntentPoints, accountAfter.Account.Score.IntentPoints, Tolerance);
        Assert.Equal(account.Account.Score.Total, accountAfter.Account.Score.Total, Tolerance);
    }

    // A demo gives 10 points by the first model, a total of 10.9, and 60 by the second, 50: hot from 40 on, down to 30.
    [Fact]
    public async Task WatchStageChanges_OverPublications_GoesOnAndSkipsTheSilentOnes()
    {
        using var data = new TempFolder();
        await using var server = await PublishedModel.First.ServeAsync(data, Cancelled);
        using var watch = new StageService.StageServiceClient(server.Channel).WatchStageChanges(new WatchStageChangesRequest(), cancellationToken: Cancelled);
        await watch.ResponseStream.MoveNext(Cancelled);
        await RecordAsync(server, PublishedModel.Signal("1", "demo_requested", "ann"));

        await PublishedModel.Second.PublishAsync(server, Cancelled);
        var told = await NextAsync(watch);
        Assert.Equal(("ann", "nurture", "hot", StageChangeCause.Model), (told.Id, told.FromStage, told.ToStage, told.Cause));

        await PublishedModel.First.PublishAsync(server, Cancelled, silent: true);
        while ((await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = "ann" }, cancellationToken: Cancelled)).Contact.Score.Stage != "nurture")
        {
            await Task.Delay(20, Cancelled);
        }

        await RecordAsync(server, PublishedModel.Signal("2", "quote_requested", "bob"));
        var next = await NextAsync(watch);
        Assert.Equal(("bob", "nurture", "hot", StageChangeCause.Activity), (next.Id, next.FromStage, next.ToStage, next.Cause));

        // The silent change is a fact all the same: back to hot is told from nurture.
        await PublishedModel.Second.PublishAsync(server, Cancelled);
        var last = await NextAsync(watch);
        Assert.Equal(("ann", "nurture", "hot", StageChangeCause.Model), (last.Id, last.FromStage, last.ToStage, last.Cause));
    }

    private static (double, double, double) Figures(ExplainContactResponse answer) => (answer.Contact.Score.IntentPoints, answer.Contact.Score.Intent, answer.Contact.Score.Total);

    private static async Task<ExplainContactResponse> ExplainAsync(ServerProcess server, string contact) => await server.Contacts.ExplainContactAsync(
        new ExplainContactRequest { ContactId = contact, AsOf = PublishedModel.ComparedAt }, cancellationToken: Cancelled);

    private static async Task<ExplainAccountResponse> ExplainAccountAsync(ServerProcess server) => await server.Accounts.ExplainAccountAsync(
        new ExplainAccountRequest { AccountId = "acme", AsOf = PublishedModel.ComparedAt }, cancellationToken: Cancelled);

    private static async Task RecordAsync(ServerProcess server, Signal signal) =>
        await server.Ingest.RecordSignalsAsync(new RecordSignalsRequest { Signals = { signal } }, cancellationToken: Cancelled);

    private static async Task<StageTransition> NextAsync(AsyncServerStreamingCall<WatchStageChangesResponse> watch)
    {
        while (await watch.ResponseStream.MoveNext(Cancelled))
        {
            if (watch.ResponseStream.Current.Transition is { } transition)
            {
                return transition;
            }
        }

        throw new InvalidOperationException("The stream of stage changes ended.");
    }
}
