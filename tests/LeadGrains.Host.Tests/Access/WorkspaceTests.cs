using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Tests.Access;

/// <summary>What one workspace has another never sees, not in answers, texts, tokens or streams, and not after a restart.</summary>
public sealed class WorkspaceTests : IAsyncLifetime
{
    private const string Ours = "ours";
    private const string Theirs = "theirs";

    private const string TheirModel = """
        name: theirs
        groups: {all: {half_life: 400d}}
        rules: [{name: demo, label: Demo, signal: demo, group: all, points: 3}]
        fit: {contact: [{name: head, label: Head, trait: title, contains: [head], points: 7}]}
        """;

    private KeyedServer _server = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await KeyedServer.StartAsync((Ours, KeyedServer.AllScopes), (Theirs, KeyedServer.AllScopes));
        using var ours = _server.Connect(Ours);
        await FillAsync(ours);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Read_WhenItIsAnothersData_FindsNothingAndSaysNothing()
    {
        using var theirs = _server.Connect(Theirs);
        await SeesNothingAsync(theirs);
        await _server.RestartAsync();
        using var again = _server.Connect(Theirs);
        await SeesNothingAsync(again);
    }

    [Fact]
    public async Task Write_WhenTheIdsAreTheSame_LeavesTheOthersAsTheyWere()
    {
        using var theirs = _server.Connect(Theirs);
        using var ours = _server.Connect(Ours);
        var before = await StateAsync(ours);
        Assert.Equal(1U, (await theirs.Ingest.RecordSignalsAsync(Demo("s1", "ann"), theirs.Call(Cancelled))).Recorded);
        var upserted = await theirs.Accounts.UpsertAccountsAsync(
            new UpsertAccountsRequest { Accounts = { new AccountTraits { AccountId = "acme", Name = "Other Acme", Domains = { "acme.example" } } } }, theirs.Call(Cancelled));
        Assert.Equal((1U, 0), (upserted.Recorded, upserted.Rejections.Count));
        await theirs.Contacts.UpsertContactsAsync(
            new UpsertContactsRequest { Contacts = { new ContactTraits { ContactId = "ann", Email = "ann@acme.example", Aliases = { "bob" } } } }, theirs.Call(Cancelled));
        Assert.Equal(before, await StateAsync(ours));
        Assert.Equal(["ann"], (await theirs.Ranking.RankContactsAsync(new RankContactsRequest(), theirs.Call(Cancelled))).Contacts.Select(one => one.ContactId));

        await _server.RestartAsync();
        using var again = _server.Connect(Ours);
        Assert.Equal(before, await StateAsync(again));
    }

    [Fact]
    public async Task Tokens_WhenTheyAreAnothers_LeadNowhere()
    {
        using var theirs = _server.Connect(Theirs);
        using var ours = _server.Connect(Ours);
        await FillAsync(theirs);
        var contacts = await ours.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 1 }, ours.Call(Cancelled));
        var signals = await ours.Contacts.ListSignalsAsync(new ListSignalsRequest { ContactId = "ann", PageSize = 1 }, ours.Call(Cancelled));
        var members = await ours.Accounts.ListAccountContactsAsync(new ListAccountContactsRequest { AccountId = "acme", PageSize = 1 }, ours.Call(Cancelled));
        await RefusedAsync(() => theirs.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 1, PageToken = Given(contacts.NextPageToken) }, theirs.Call(Cancelled)));
        await RefusedAsync(() => theirs.Contacts.ListSignalsAsync(new ListSignalsRequest { ContactId = "ann", PageSize = 1, PageToken = Given(signals.NextPageToken) }, theirs.Call(Cancelled)));
        await RefusedAsync(() => theirs.Accounts.ListAccountContactsAsync(
            new ListAccountContactsRequest { AccountId = "acme", PageSize = 1, PageToken = Given(members.NextPageToken) }, theirs.Call(Cancelled)));
    }

    [Fact]
    public async Task Watch_WhenChangesAreAnothers_TellsNothing()
    {
        using var theirs = _server.Connect(Theirs);
        using var ours = _server.Connect(Ours);
        var (told, token) = await WatchAsync(ours, "");
        Assert.Contains("ann", told);
        Assert.Empty((await WatchAsync(theirs, "")).Ids);
        Assert.Empty((await WatchAsync(theirs, token)).Ids);
    }

    [Fact]
    public async Task Models_WhenAWorkspacePublishesItsOwn_AreNothingToTheOther()
    {
        using var theirs = _server.Connect(Theirs);
        using var ours = _server.Connect(Ours);
        await FillAsync(theirs);
        var before = (await ModelsAsync(ours), await PointsAsync(ours));
        var page = await ours.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 1 }, ours.Call(Cancelled));
        Assert.Equal(before, (await ModelsAsync(theirs), await PointsAsync(theirs)));

        var published = await PublishAsync(theirs);
        await ShadowAsync(theirs);

        Assert.Equal((2U, TheirModel, "eve", 0UL), (published.Model.Version, published.Model.Yaml, published.Model.PublishedBy, published.EntriesTotal));
        Assert.Equal(("2: 2 eve secret, 1  , shadow tried", "2 7"), (await ModelsAsync(theirs), await PointsAsync(theirs)));
        Assert.Equal(before, (await ModelsAsync(ours), await PointsAsync(ours)));
        Assert.Equal("1: 1  , shadow ", before.Item1);
        await ours.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 1, PageToken = Given(page.NextPageToken) }, ours.Call(Cancelled));
        await SameVersionAsync(ours);
        Assert.False((await ours.Models.StopShadowAsync(new StopShadowRequest(), ours.Call(Cancelled))).Stopped);
        var compared = await Assert.ThrowsAsync<RpcException>(async () => await ours.Models.CompareShadowAsync(new CompareShadowRequest(), ours.Call(Cancelled)));
        Assert.Equal(StatusCode.FailedPrecondition, compared.StatusCode);
        Assert.DoesNotContain(
            (await ours.Audit.ListAuditEntriesAsync(new ListAuditEntriesRequest(), ours.Call(Cancelled))).Entries, entry => entry.Action.StartsWith("model", StringComparison.Ordinal));

        await _server.RestartAsync();
        using var again = _server.Connect(Ours);
        using var theirsAgain = _server.Connect(Theirs);
        Assert.Equal(before, (await ModelsAsync(again), await PointsAsync(again)));
        Assert.Equal("2 7", await PointsAsync(theirsAgain));
    }

    [Fact]
    public async Task Erase_WhenAnotherKnowsThePersonToo_SaysNothingOfIt()
    {
        using var theirs = _server.Connect(Theirs);
        using var ours = _server.Connect(Ours);
        var before = await StateAsync(ours);
        await theirs.Contacts.UpsertContactsAsync(
            new UpsertContactsRequest { Contacts = { new ContactTraits { ContactId = "ann", Email = "ann@acme.example" } } }, theirs.Call(Cancelled));
        var erased = await theirs.Privacy.EraseContactAsync(new EraseContactRequest { ContactId = "ann" }, theirs.Call(Cancelled));
        Assert.NotNull(erased.Erasure.FinishedAt);
        Assert.Equal(2U, erased.Erasure.SearchedTexts);
        Assert.Empty(erased.Erasure.Searched);
        Assert.Empty(erased.Erasure.WebhookIds);
        Assert.Equal(before, await StateAsync(ours));
    }

    [Fact]
    public async Task Erase_WhenAWebhookNamesThePerson_SaysWhich()
    {
        using var theirs = _server.Connect(Theirs);
        await theirs.Contacts.UpsertContactsAsync(new UpsertContactsRequest { Contacts = { new ContactTraits { ContactId = "bea" } } }, theirs.Call(Cancelled));

        // A contact has no surges, so that nothing is ever posted there.
        var request = new CreateWebhookRequest { Url = "https://8.8.8.8/hook", Types_ = { ChangeType.Surge }, Ids = { "bea", "cem" } };
        var naming = await theirs.Webhooks.CreateWebhookAsync(request, theirs.Call(Cancelled));
        request.Ids.Remove("bea");
        await theirs.Webhooks.CreateWebhookAsync(request, theirs.Call(Cancelled));

        var erased = await theirs.Privacy.EraseContactAsync(new EraseContactRequest { ContactId = "bea" }, theirs.Call(Cancelled));

        Assert.Equal([naming.Webhook.WebhookId], erased.Erasure.WebhookIds);
    }

    [Fact]
    public async Task Erase_WhenTheCallerDoesNotWait_IsRecordedAllTheSame()
    {
        using var theirs = _server.Connect(Theirs);
        string[] people = ["dan", "eve", "fay", "gil", "hal"];
        for (var person = 0; person < people.Length; person++)
        {
            await theirs.Contacts.UpsertContactsAsync(new UpsertContactsRequest { Contacts = { new ContactTraits { ContactId = people[person] } } }, theirs.Call(Cancelled));
            var hasty = new CallOptions(deadline: DateTime.UtcNow.AddMilliseconds(20 << person), cancellationToken: Cancelled);
            try
            {
                await theirs.Privacy.EraseContactAsync(new EraseContactRequest { ContactId = people[person] }, hasty);
            }
            catch (RpcException gaveUp) when (gaveUp.StatusCode is StatusCode.DeadlineExceeded or StatusCode.Cancelled)
            {
                // Whether it had been begun by then shows below.
            }
        }

        for (var tries = 0; await ErasedAsync(theirs, people) is var erased && erased != await RecordedAsync(theirs); tries++)
        {
            Assert.True(tries < 200, $"{erased} people were erased, and not all of that is recorded.");
            await Task.Delay(50, Cancelled);
        }
    }

    // What a proxy passes on is not this machine's own question.
    [Fact]
    public async Task Metrics_WhenAskedWithoutAKeyThroughAProxy_AreRefusedAsAllElseIs()
    {
        using var http = new HttpClient { BaseAddress = _server.Running.HttpAddress };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Via.ParseAdd("1.1 proxy");
        using var answer = await http.SendAsync(request, Cancelled);

        Assert.Equal((System.Net.HttpStatusCode.Unauthorized, "Bearer"), (answer.StatusCode, answer.Headers.WwwAuthenticate.Single().Scheme));
        Assert.Contains("KEY_REQUIRED", await answer.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);

        using var old = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Version = System.Net.HttpVersion.Version10, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var proxied = await http.SendAsync(old, Cancelled);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, proxied.StatusCode);
        Assert.Contains("leadgrains", await http.GetStringAsync("/metrics", Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Audit_WhenAsked_ListsTheOwn()
    {
        using var theirs = _server.Connect(Theirs);
        var entries = (await theirs.Audit.ListAuditEntriesAsync(new ListAuditEntriesRequest(), theirs.Call(Cancelled))).Entries;
        Assert.Equal("key.create", Assert.Single(entries).Action);
        Assert.Contains(entries[0].Target, _server.Keys[(Theirs, KeyedServer.AllScopes)], StringComparison.Ordinal);
    }

    private static async Task<int> ErasedAsync(ServerConnection by, IEnumerable<string> people)
    {
        var erased = 0;
        foreach (var person in people)
        {
            try
            {
                await by.Contacts.GetContactAsync(new GetContactRequest { ContactId = person }, by.Call(Cancelled));
            }
            catch (RpcException gone) when (gone.StatusCode == StatusCode.NotFound)
            {
                erased++;
            }
        }

        return erased;
    }

    private static async Task<int> RecordedAsync(ServerConnection by) =>
        (await by.Audit.ListAuditEntriesAsync(new ListAuditEntriesRequest(), by.Call(Cancelled))).Entries.Count(entry => entry.Action == "contact.erase");

    private static async Task<string> ModelsAsync(ServerConnection of)
    {
        var listed = await of.Models.ListModelsAsync(new ListModelsRequest(), of.Call(Cancelled));
        return $"{listed.ActiveVersion}: {string.Join(", ", listed.Models.Select(model => $"{model.Version} {model.PublishedBy} {model.Comment}"))}, shadow {listed.Shadow}";
    }

    // The version of the model, and the fit that it gives.
    private static async Task<string> PointsAsync(ServerConnection of)
    {
        var explained = await of.Contacts.ExplainContactAsync(new ExplainContactRequest { ContactId = "bob" }, of.Call(Cancelled));
        var accounts = await of.Ranking.RankAccountsAsync(new RankAccountsRequest(), of.Call(Cancelled));
        Assert.All(accounts.Accounts, account => Assert.Equal(explained.Contact.Score.ModelVersion, account.Score.ModelVersion));
        return string.Create(CultureInfo.InvariantCulture, $"{explained.Contact.Score.ModelVersion} {explained.Contact.Score.Fit:0}");
    }

    private static async Task<PublishModelResponse> PublishAsync(ServerConnection by)
    {
        var last = new PublishModelResponse();
        using var call = by.Models.PublishModel(new PublishModelRequest { Yaml = TheirModel, PublishedBy = "eve", Comment = "secret" }, by.Call(Cancelled));
        await foreach (var response in call.ResponseStream.ReadAllAsync(Cancelled))
            last = response;
        return last;
    }

    private static async Task ShadowAsync(ServerConnection by)
    {
        using var call = by.Models.StartShadow(new StartShadowRequest { Yaml = TheirModel.Replace("theirs", "tried", StringComparison.Ordinal) }, by.Call(Cancelled));
        await foreach (var response in call.ResponseStream.ReadAllAsync(Cancelled))
            Assert.Equal(0UL, response.EntriesReplayed);
    }

    // A version that another workspace has is one that nobody has.
    private static async Task SameVersionAsync(ServerConnection ours)
    {
        var missing = await Assert.ThrowsAsync<RpcException>(async () => await ours.Models.GetModelAsync(new GetModelRequest { Version = 2 }, ours.Call(Cancelled)));
        Assert.Equal((StatusCode.NotFound, "There is no model of version 2. The active one is 1."), (missing.StatusCode, missing.Status.Detail));
    }

    private static async Task FillAsync(ServerConnection to)
    {
        await to.Accounts.UpsertAccountsAsync(
            new UpsertAccountsRequest { Accounts = { new AccountTraits { AccountId = "acme", Name = "Acme", Domains = { "acme.example" } } } }, to.Call(Cancelled));
        var contacts = new UpsertContactsRequest();
        foreach (var id in new[] { "ann", "bob" })
            contacts.Contacts.Add(new ContactTraits { ContactId = id, Email = $"{id}@acme.example", Traits = new Struct { Fields = { ["title"] = Value.ForString("Head of IT") } } });
        Assert.Equal(2U, (await to.Contacts.UpsertContactsAsync(contacts, to.Call(Cancelled))).Recorded);
        Assert.Equal(2U, (await to.Ingest.RecordSignalsAsync(Demo("s1", "ann", "s2"), to.Call(Cancelled))).Recorded);
        Assert.Equal(1U, (await to.Ingest.RecordSignalsAsync(Demo("s3", "cookie"), to.Call(Cancelled))).Recorded);
        await to.Contacts.MergeContactsAsync(new MergeContactsRequest { FromContactId = "cookie", IntoContactId = "ann" }, to.Call(Cancelled));
    }

    private static RecordSignalsRequest Demo(string id, string contact, params string[] more)
    {
        var request = new RecordSignalsRequest { AckLevel = AckLevel.Ranked };
        request.Signals.AddRange(more.Prepend(id).Select(one => new Signal { Id = one, Type = "demo", ContactId = contact }));
        return request;
    }

    private static async Task SeesNothingAsync(ServerConnection theirs)
    {
        foreach (var known in new[] { "ann", "bob", "cookie" })
        {
            await SameAsync(known, id => theirs.Contacts.GetContactAsync(new GetContactRequest { ContactId = id }, theirs.Call(Cancelled)));
            await SameAsync(known, id => theirs.Contacts.ExplainContactAsync(new ExplainContactRequest { ContactId = id }, theirs.Call(Cancelled)));
            await SameAsync(known, id => theirs.Contacts.ListSignalsAsync(new ListSignalsRequest { ContactId = id }, theirs.Call(Cancelled)));
        }

        foreach (var known in new[] { "acme", "acme.example" })
        {
            await SameAsync(known, id => theirs.Accounts.GetAccountAsync(new GetAccountRequest { AccountId = id }, theirs.Call(Cancelled)));
            await SameAsync(known, id => theirs.Accounts.ExplainAccountAsync(new ExplainAccountRequest { AccountId = id }, theirs.Call(Cancelled)));
            await SameAsync(known, id => theirs.Accounts.ListAccountContactsAsync(new ListAccountContactsRequest { AccountId = id }, theirs.Call(Cancelled)));
        }

        var contacts = await theirs.Ranking.RankContactsAsync(new RankContactsRequest(), theirs.Call(Cancelled));
        var accounts = await theirs.Ranking.RankAccountsAsync(new RankAccountsRequest(), theirs.Call(Cancelled));
        Assert.Equal((0, 0UL, ""), (contacts.Contacts.Count, contacts.Matching, contacts.NextPageToken));
        Assert.Equal((0, 0UL, ""), (accounts.Accounts.Count, accounts.Matching, accounts.NextPageToken));
    }

    // An id of another workspace and one that nobody has are not to be told apart.
    private static async Task SameAsync<T>(string known, Func<string, AsyncUnaryCall<T>> ask)
    {
        const string Unknown = "nobody";
        var (first, second) = (await RefusalAsync(known), await RefusalAsync(Unknown));
        Assert.Equal(StatusCode.NotFound, first.StatusCode);
        Assert.Equal(first.Detail.Replace(known, Unknown, StringComparison.Ordinal), second.Detail);

        async Task<Status> RefusalAsync(string id) => (await Assert.ThrowsAsync<RpcException>(async () => await ask(id))).Status;
    }

    private static async Task RefusedAsync<T>(Func<AsyncUnaryCall<T>> call) =>
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(async () => await call())).StatusCode);

    private static string Given(string token)
    {
        Assert.NotEmpty(token);
        return token;
    }

    // What does not fade.
    private static async Task<string> StateAsync(ServerConnection ours)
    {
        var signals = await ours.Contacts.ListSignalsAsync(new ListSignalsRequest { ContactId = "ann" }, ours.Call(Cancelled));
        var account = await ours.Accounts.GetAccountAsync(new GetAccountRequest { AccountId = "acme" }, ours.Call(Cancelled));
        var ranked = await ours.Ranking.RankContactsAsync(new RankContactsRequest(), ours.Call(Cancelled));
        var matched = await ours.Contacts.GetContactAsync(new GetContactRequest { ContactId = "bob" }, ours.Call(Cancelled));
        return string.Join(' ', signals.Signals.Select(one => one.Signal.Id).Order())
            + $" | {account.Account.Name} | {string.Join(' ', ranked.Contacts.Select(one => one.ContactId).Order())} | {matched.Contact.ContactId} {matched.Contact.AccountId}";
    }

    private static async Task<(List<string> Ids, string Token)> WatchAsync(ServerConnection connection, string token)
    {
        var ids = new List<string>();
        using var until = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        until.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            var request = new WatchStageChangesRequest { FromStart = token.Length == 0, ResumeToken = token };
            using var call = connection.Stages.WatchStageChanges(request, new CallOptions(cancellationToken: until.Token));
            await foreach (var response in call.ResponseStream.ReadAllAsync(until.Token))
            {
                token = response.ResumeToken;
                if (response.Transition is { } change)
                    ids.Add(change.Id);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or RpcException { StatusCode: StatusCode.Cancelled })
        {
        }

        return (ids, token);
    }
}
