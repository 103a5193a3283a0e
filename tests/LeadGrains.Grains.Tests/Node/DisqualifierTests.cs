using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

public sealed class DisqualifierTests
{
    private const string Yaml = """
        name: disqualified
        total: {fit: 0, intent: 1}
        groups: {g: {half_life: 3d}}
        rules: [{name: r, label: R, signal: s, group: g, points: 60}, {name: t, label: T, signal: t, group: g, points: 6}]
        filters: {contact: [], account: []}
        disqualify:
          - {name: competitor, trait: company, in: [Rival], reason: Works for a competitor}
          - {name: student, trait: title, contains: student, reason: Student}
          - {name: customer, of: account, trait: segment, in: [customer], reason: Customer already}
        stages:
          contact: [{name: nurture}, {name: mql, total: {enter: 50, leave: 40}}]
          account: [{name: aware}, {name: mqa, total: {enter: 50, leave: 40}}]
        """;

    private static readonly RankFilter Everyone = RankFilter.None with { IncludeDisqualified = true };

    [Fact]
    public async Task Contact_WhenDisqualified_KeepsItsScoreAndAddsNothing()
    {
        await using var node = await StartAsync();
        await SendAsync(node, ("a", "t"), ("b", "t"));

        await SetAsync(node, "a", "title", "Student of law");

        var contact = await node.ContactAsync("a");
        Assert.Equal((true, "Student", 6.0, "acme.com"), (contact!.Disqualified, contact.DisqualifiedReason, contact.Score.IntentPoints, contact.AccountId));
        var account = await node.AccountAsync("acme.com");
        Assert.Equal((6.0, 1u, 1.0), (account!.Score.IntentPoints, account.ContactCount, Math.Round(account.EngagedContacts, 9)));
        Assert.Equal(["b"], (await ContactsOfAsync(node)).Select(listed => listed.ContactId));
        var explained = await node.Client.ExplainAccountAsync(Workspaces.Default, "acme.com", null, CancellationToken.None);
        Assert.All(explained!.Parts, part => Assert.NotEqual("a", part.ContactId));
    }

    [Fact]
    public async Task Contact_WhenQualifiedAgain_BringsAllItsPointsBack()
    {
        await using var node = await StartAsync();
        await SendAsync(node, ("a", "t"), ("b", "t"));
        await SetAsync(node, "a", "title", "student");
        await SendAsync(node, ("a", "t"));
        Assert.Equal(6, (await node.AccountAsync("acme.com"))!.Score.IntentPoints);

        await SetAsync(node, "a", "title", "Counsel");

        Assert.Equal((false, ""), ((await node.ContactAsync("a"))!.Disqualified, (await node.ContactAsync("a"))!.DisqualifiedReason));
        var account = await node.AccountAsync("acme.com");
        Assert.Equal((18 * 1.25, 2u), (account!.Score.IntentPoints, account.ContactCount));
    }

    [Fact]
    public async Task Rank_WhenAContactIsDisqualified_LeavesItOutUnlessAskedFor()
    {
        await using var node = await StartAsync();
        await SendAsync(node, ("a", "t"), ("b", "t"));

        await SetAsync(node, "a", "company", "RIVAL");

        Assert.Equal(["b"], await RankedAsync(node, GrainKind.Contact, RankFilter.None));
        Assert.Equal(["a", "b"], await RankedAsync(node, GrainKind.Contact, Everyone));
        await SetAsync(node, "a", "company", null);
        Assert.Equal(["a", "b"], await RankedAsync(node, GrainKind.Contact, RankFilter.None));
    }

    [Fact]
    public async Task Rank_WhenFilteredByATraitThatOnlyADisqualifierNames_HasAColumnForIt()
    {
        await using var node = await StartAsync();
        await SetAsync(node, "a", "company", "Rival");
        await SetAsync(node, "b", "company", "Acme");

        var filter = Everyone with { Traits = new Dictionary<string, IReadOnlyList<string>> { ["company"] = ["rival"] } };

        Assert.Equal(["a"], await RankedAsync(node, GrainKind.Contact, filter));
    }

    [Fact]
    public async Task Account_WhenAllItsContactsAreDisqualified_DoesNotExistUntilOneCounts()
    {
        await using var node = await StartAsync();
        await SendAsync(node, ("a", "t"));

        await SetAsync(node, "a", "title", "student");

        Assert.Null(await node.AccountAsync("acme.com"));
        Assert.Empty(await RankedAsync(node, GrainKind.Account, Everyone));
        await SetAsync(node, "a", "title", null);
        Assert.Equal(6, (await node.AccountAsync("acme.com"))!.Score.IntentPoints);
    }

    [Fact]
    public async Task Account_WhenDisqualified_IsShownWithItsReasonAndNotRanked()
    {
        await using var node = await StartAsync();
        await SendAsync(node, ("a", "t"));

        await node.UpsertAsync(new AccountUpsert(0, "acme.com", null, [], [new TraitEdit("segment", TraitValue.Text("Customer"))]));

        var account = await node.AccountAsync("acme.com");
        Assert.Equal((true, "Customer already", 6.0), (account!.Disqualified, account.DisqualifiedReason, account.Score.IntentPoints));
        Assert.Empty(await RankedAsync(node, GrainKind.Account, RankFilter.None));
        Assert.Equal(["acme.com"], await RankedAsync(node, GrainKind.Account, Everyone));
        Assert.Equal(["a"], await RankedAsync(node, GrainKind.Contact, RankFilter.None));
        await node.UpsertAsync(new AccountUpsert(0, "acme.com", null, [], [new TraitEdit("segment", null)]));
        Assert.Equal(["acme.com"], await RankedAsync(node, GrainKind.Account, RankFilter.None));
    }

    [Fact]
    public async Task Account_WhenNothingIsKnownOfItAndThatDisqualifies_IsNotRanked()
    {
        await using var node = await StartAsync("disqualify: [{name: unknown, of: account, trait: industry, exists: false, reason: Unknown}]");
        await SendAsync(node, ("a", "t"));

        Assert.Empty(await RankedAsync(node, GrainKind.Account, RankFilter.None));
        Assert.Equal("Unknown", (await node.AccountAsync("acme.com"))!.DisqualifiedReason);
        await node.UpsertAsync(new AccountUpsert(0, "acme.com", null, [], [new TraitEdit("industry", TraitValue.Text("steel"))]));
        Assert.Equal(["acme.com"], await RankedAsync(node, GrainKind.Account, RankFilter.None));
    }

    [Fact]
    public async Task Restart_WhenGrainsWereDisqualified_TheyStillAre()
    {
        var first = await StartAsync();
        await SendAsync(first, ("a", "t"), ("b", "t"));
        await SetAsync(first, "a", "title", "student");
        await first.UpsertAsync(new AccountUpsert(0, "acme.com", null, [], [new TraitEdit("segment", TraitValue.Text("customer"))]));

        var second = await first.RestartAsync();
        Assert.Equal(0, second.Recovery.ReplayedEntries);
        await AssertDisqualifiedAsync(second);
        await using var third = await second.CrashAndRestartAsync(lostWrites: (int)second.Store.UndoableWrites);

        await AssertDisqualifiedAsync(third);
        await SetAsync(third, "a", "title", null);
        Assert.Equal(15, (await third.AccountAsync("acme.com"))!.Score.IntentPoints);
    }

    [Fact]
    public async Task Stage_WhileDisqualified_IsKept()
    {
        await using var node = await StartAsync();
        await SendAsync(node, ("a", "s"));
        await NodeQuestions.EventuallyAsync(() => node.ContactAsync("a"), contact => contact!.Score.Stage == "mql");
        await SetAsync(node, "b", "title", "student");

        await SendAsync(node, ("b", "s"));
        await SetAsync(node, "a", "title", "student");
        for (var i = 0; i < 3; i++)
            await SendAsync(node, ("c", "t"));

        Assert.Equal(("mql", "nurture"), ((await node.ContactAsync("a"))!.Score.Stage, (await node.ContactAsync("b"))!.Score.Stage));
        await SetAsync(node, "b", "title", null);
        await NodeQuestions.EventuallyAsync(() => node.ContactAsync("b"), contact => contact!.Score.Stage == "mql");
        Assert.Equal(
            [("a", "mql"), ("b", "mql")],
            StoredEntries.Of(node.Journal).Where(entry => entry.StageChanged is not null && entry.Kind == Journal.V1.GrainKind.Contact)
                .Select(entry => (entry.GrainId, entry.StageChanged.ToStage)).Order());
    }

    [Fact]
    public async Task Contact_WhenDisqualified_StillFollowsAClaimOfItsDomain()
    {
        await using var node = await StartAsync();
        await SendAsync(node, ("a", "t"));
        await SetAsync(node, "a", "title", "student");

        await node.UpsertAsync(new AccountUpsert(0, "acme", null, ["acme.com"], []));

        await NodeQuestions.EventuallyAsync(() => node.ContactAsync("a"), contact => contact!.AccountId == "acme");
        Assert.Equal(0u, (await node.AccountAsync("acme"))!.ContactCount);
    }

    private static Task<TestNode> StartAsync(string yaml = Yaml) =>
        TestNode.StartAsync(ModelReader.Read(yaml).Model!, options: new GrainNodeOptions { Loops = 2, SweepInterval = TimeSpan.FromMilliseconds(100) });

    private static Task<RecordOutcome> SendAsync(TestNode node, params (string Contact, string Type)[] signals) => node.SendAsync(signals.Select(
        signal => TestSignals.Of(
            $"{node.Journal.EntryCount}", signal.Contact, signal.Type, node.Clock.GetUtcNow(), email: $"{signal.Contact}@acme.com")));

    private static Task<UpsertOutcome> SetAsync(TestNode node, string contact, string trait, string? value) => node.UpsertAsync(
        new ContactUpsert(0, contact, $"{contact}@acme.com", null, [new TraitEdit(trait, value is null ? null : TraitValue.Text(value))]));

    private static async Task<IEnumerable<string>> RankedAsync(TestNode node, GrainKind kind, RankFilter filter) =>
        (await node.Client.RankAsync(Workspaces.Default, kind, filter, RankBy.Total, 100, "", CancellationToken.None)).Grains.Select(grain => grain.Id).Order();

    private static async Task<IReadOnlyList<AccountContactView>> ContactsOfAsync(TestNode node) =>
        (await node.Client.ListAccountContactsAsync(Workspaces.Default, "acme.com", 100, "", CancellationToken.None))!.Contacts;

    private static async Task AssertDisqualifiedAsync(TestNode node)
    {
        Assert.Equal(["b"], await RankedAsync(node, GrainKind.Contact, RankFilter.None));
        Assert.Empty(await RankedAsync(node, GrainKind.Account, RankFilter.None));
        Assert.Equal("Student", (await node.ContactAsync("a"))!.DisqualifiedReason);
        Assert.Equal(("Customer already", 6.0, 1u), ((await node.AccountAsync("acme.com"))!.DisqualifiedReason, (await node.AccountAsync("acme.com"))!.Score.IntentPoints, (await node.AccountAsync("acme.com"))!.ContactCount));
    }
}
