using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Following;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

/// <summary>Which account a contact is matched to by its company's name, and when it is not.</summary>
public sealed class CompanyMatchTests
{
    [Fact]
    public async Task Match_WhenAFreeMailContactNamesTheCompanyOfOneAccount_FindsItAtTheFirstAnswer()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", "ACME GmbH & Co. KG", [], []));

        await NameAsync(node, "ada", "Acmé, Inc.", "ada@gmail.com");
        await node.SendAsync(Demo(node, "1", "ada"));

        var contact = await node.ContactAsync("ada");
        Assert.Equal(("acme", "company", 0.6), (contact!.AccountId, contact.AccountMatch, contact.AccountMatchConfidence));
        Assert.Equal("company \"Acmé, Inc.\" reads as \"acme\", a name that only acme has", contact.AccountMatchReason);
        var account = await node.AccountAsync("acme");
        Assert.Equal(1u, account!.ContactCount);
        Assert.Equal(contact.Score.IntentPoints, account.Score.IntentPoints, 9);
    }

    [Fact]
    public async Task Match_WhenNoAccountHasTheName_MakesNone()
    {
        await using var node = await TestNode.StartAsync();

        await NameAsync(node, "ada", "Self-employed", "ada@gmail.com");
        await node.SendAsync(Demo(node, "1", "ada"));

        var contact = await node.ContactAsync("ada");
        Assert.Equal(("", "", 0.0), (contact!.AccountId, contact.AccountMatch, contact.AccountMatchConfidence));
        Assert.Equal("e-mail domain gmail.com names no account; company \"Self-employed\" is the name of no account, or of several", contact.AccountMatchReason);
        Assert.Empty(await node.RankAsync(GrainKind.Account));
    }

    [Fact]
    public async Task Match_WhenTheAccountComesAfterwards_FindsIt()
    {
        await using var node = await TestNode.StartAsync();
        await NameAsync(node, "ada", "Acme");
        await NameAsync(node, "bob", "Acme Ltd");
        await node.SendAsync(Demo(node, "1", "ada"), Demo(node, "2", "bob"));

        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));

        await ContactsOfAsync(node, "acme", 2);
        Assert.Equal("acme", (await node.ContactAsync("bob"))!.AccountId);
    }

    [Fact]
    public async Task Match_WhenTwoAccountsHaveTheName_FindsNeitherAndGivesBackWhatWasMatched()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));
        await NameAsync(node, "ada", "Acme Inc");
        await node.SendAsync(Demo(node, "1", "ada"));
        await ContactsOfAsync(node, "acme", 1);

        await node.UpsertAsync(new AccountUpsert(0, "acme-uk", null, [], []) { CompanyNames = ["ACME Ltd."] });

        await ContactsOfAsync(node, "acme", 0);
        Assert.Equal(("", ""), ((await node.ContactAsync("ada"))!.AccountId, (await node.ContactAsync("ada"))!.AccountMatch));
        await NameAsync(node, "bob", "acme");
        Assert.Equal("", (await node.ContactAsync("bob"))!.AccountId);
        Assert.Equal(0u, (await node.AccountAsync("acme-uk"))!.ContactCount);
    }

    [Fact]
    public async Task Match_WhenOneOfTwoAccountsIsRenamed_FindsTheOther()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));
        await node.UpsertAsync(new AccountUpsert(0, "acme-uk", "Acme", [], []));
        await NameAsync(node, "ada", "Acme");
        await node.SendAsync(Demo(node, "1", "ada"));

        await node.UpsertAsync(new AccountUpsert(0, "acme", "Apex", [], []));

        await ContactsOfAsync(node, "acme-uk", 1);
        Assert.Equal("acme-uk", (await node.ContactAsync("ada"))!.AccountId);
    }

    [Fact]
    public async Task Match_WhenTheOnlyAccountIsRenamed_IsGivenBack()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []) { CompanyNames = ["Acme Tools"] });
        await NameAsync(node, "ada", "Acme");
        await NameAsync(node, "bob", "Acme Tools GmbH");
        await node.SendAsync(Demo(node, "1", "ada"), Demo(node, "2", "bob"));
        await ContactsOfAsync(node, "acme", 2);

        await node.UpsertAsync(new AccountUpsert(0, "acme", "Apex", [], []));

        await ContactsOfAsync(node, "acme", 1);
        Assert.Equal(("", "acme"), ((await node.ContactAsync("ada"))!.AccountId, (await node.ContactAsync("bob"))!.AccountId));
        Assert.Equal(["Acme Tools"], (await node.AccountAsync("acme"))!.CompanyNames);
    }

    [Fact]
    public async Task Match_WhenAnEMailIsLearntLater_MovesToItsDomainAtOnce()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));
        await NameAsync(node, "ada", "Acme");
        await node.SendAsync(Demo(node, "1", "ada"));

        await NameAsync(node, "ada", "Acme", "ada@mail.rival.co.uk");

        Assert.Equal((0u, 1u), ((await node.AccountAsync("acme"))!.ContactCount, (await node.AccountAsync("rival.co.uk"))!.ContactCount));
        var contact = await node.ContactAsync("ada");
        Assert.Equal(("rival.co.uk", "domain", 0.9), (contact!.AccountId, contact.AccountMatch, contact.AccountMatchConfidence));
        Assert.Equal("e-mail domain mail.rival.co.uk leads to rival.co.uk", contact.AccountMatchReason);
    }

    [Fact]
    public async Task Match_WhenTheCompanyChanges_MovesToTheOtherAtOnce()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));
        await node.UpsertAsync(new AccountUpsert(0, "rival", "Rival", [], []));
        await NameAsync(node, "ada", "Acme");
        await node.SendAsync(Demo(node, "1", "ada"));

        await NameAsync(node, "ada", "Rival AG");

        Assert.Equal((0u, 1u), ((await node.AccountAsync("acme"))!.ContactCount, (await node.AccountAsync("rival"))!.ContactCount));
        await NameAsync(node, "ada", null);
        Assert.Equal((0u, ""), ((await node.AccountAsync("rival"))!.ContactCount, (await node.ContactAsync("ada"))!.AccountId));
    }

    [Fact]
    public async Task Match_WhenAnotherAccountClaimsTheDomainOfTheOneThatHasTheName_LeadsToThatOne()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme.com", "Acme", [], []));
        await NameAsync(node, "ada", "Acme");
        await node.SendAsync(Demo(node, "1", "ada"));
        Assert.Equal("acme.com", (await node.ContactAsync("ada"))!.AccountId);

        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", ["acme.com"], []));

        await ContactsOfAsync(node, "acme", 1);
        var contact = await NodeQuestions.EventuallyAsync(() => node.ContactAsync("ada"), found => found!.AccountMatchReason.EndsWith("only acme has", StringComparison.Ordinal));
        Assert.Equal(("acme", "company"), (contact!.AccountId, contact.AccountMatch));
    }

    // The claimant goes by another name: who is sought by the name of the one that it took over is its contact all the same.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Match_WhenTheClaimantHasAnotherName_LeadsToItToo(int crashes)
    {
        var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme.com", "Acme", [], []));
        await NameAsync(node, "ada", "Acme");
        await node.SendAsync(Demo(node, "1", "ada"));

        await node.UpsertAsync(new AccountUpsert(0, "acme", "ACME Holding Europe", ["acme.com"], []));

        await ContactsOfAsync(node, "acme", 1);
        await NodeQuestions.EventuallyAsync(
            () => node.ContactAsync("ada"), found => found!.AccountMatchReason.EndsWith("only acme has", StringComparison.Ordinal));
        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));
        await node.UpsertAsync(new AccountUpsert(0, "acme", "ACME Holding Europe", [], []));
        await NameAsync(node, "bob", "Acme");
        await node.SendAsync(Demo(node, "2", "bob"));
        await ContactsOfAsync(node, "acme", 2);

        await using var next = crashes == 0 ? await node.RestartAsync() : await node.CrashAndRestartAsync();

        await NameAsync(next, "cem", "Acme");
        await next.SendAsync(Demo(next, "3", "cem"));
        await ContactsOfAsync(next, "acme", 3);
        Assert.Equal(["acme", "acme", "acme"], new[] { (await next.ContactAsync("ada"))!.AccountId, (await next.ContactAsync("bob"))!.AccountId, (await next.ContactAsync("cem"))!.AccountId });
        Assert.Equal(0u, (await next.AccountAsync("acme.com"))!.ContactCount);
        await next.UpsertAsync(new AccountUpsert(0, "other", "Acme", [], []));
        await ContactsOfAsync(next, "acme", 0);
    }

    // The United Kingdom's site is claimed by the one of the world, and that by the company itself. All have its name.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Match_WhenTheClaimantIsClaimedItself_LeadsToTheLast(int crashes)
    {
        var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme.co.uk", "Acme", [], []));
        await node.UpsertAsync(new AccountUpsert(0, "acme.com", "Acme", ["acme.co.uk"], []));
        await NameAsync(node, "ada", "Acme");
        await node.SendAsync(Demo(node, "1", "ada"));
        await ContactsOfAsync(node, "acme.com", 1);

        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", ["acme.com"], []));

        await ContactsOfAsync(node, "acme", 1);
        await NodeQuestions.EventuallyAsync(
            () => node.ContactAsync("ada"), found => found!.AccountMatchReason.EndsWith("only acme has", StringComparison.Ordinal));
        await using var next = crashes == 0 ? await node.RestartAsync() : await node.CrashAndRestartAsync();
        await NameAsync(next, "bob", "Acme");
        await next.SendAsync(Demo(next, "2", "bob"));
        await ContactsOfAsync(next, "acme", 2);
        Assert.Equal(("acme", "acme"), ((await next.ContactAsync("ada"))!.AccountId, (await next.ContactAsync("bob"))!.AccountId));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Restart_WhenContactsWereMatched_TheyStillAreAndNothingIsJournalled(int crashes)
    {
        var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));
        await NameAsync(node, "ada", "Acme");
        await NameAsync(node, "bob", "Nobody knows");
        await node.SendAsync(Demo(node, "1", "ada"));
        var entries = MatchesOf(node);

        await using var next = crashes == 0 ? await node.RestartAsync() : await node.CrashAndRestartAsync();

        Assert.Equal(1u, (await next.AccountAsync("acme"))!.ContactCount);
        Assert.Equal(("acme", 0.6), ((await next.ContactAsync("ada"))!.AccountId, (await next.ContactAsync("ada"))!.AccountMatchConfidence));
        Assert.Equal(entries, MatchesOf(next));
        await next.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));
        await next.UpsertAsync(new AccountUpsert(0, "other", "Acme", [], []));
        await ContactsOfAsync(next, "acme", 0);
    }

    [Fact]
    public async Task Restart_WhenItDiedBeforeContactsWereTold_TheyAreToldAfterTheStart()
    {
        var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));
        foreach (var contact in Enumerable.Range(0, 30))
            await NameAsync(node, $"c{contact}", "Acme");
        await node.SendAsync(Enumerable.Range(0, 30).Select(contact => Demo(node, $"{contact}", $"c{contact}")));
        // Else a stage of theirs may be what waits first, and survives in the place of the name.
        await node.SettledAsync();
        node.Journal.Hold();
        _ = node.UpsertAsync(new AccountUpsert(0, "other", "Acme", [], []));
        while (node.Journal.WaitingCount == 0)
            await Task.Delay(1, TestContext.Current.CancellationToken);

        await using var next = await node.CrashAndRestartAsync(survivingAppends: 1);

        await ContactsOfAsync(next, "acme", 0);
        Assert.Equal("", (await next.ContactAsync("c7"))!.AccountId);
    }

    [Fact]
    public async Task Match_WhenManyContactsSeekOneName_AllAreToldAndToldBack()
    {
        await using var node = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = 2, ActiveGrains = 50 });
        for (var first = 0; first < 2_500; first += 500)
        {
            var upserts = Enumerable.Range(first, 500).Select(number => Named($"c{number}", "Acme", null) with { Index = number - first });
            await node.Client.UpsertContactsAsync(Workspaces.Default, [.. upserts], AckLevel.Recorded, CancellationToken.None);
        }

        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));
        await NodeQuestions.EventuallyAsync(() => UnmatchedAsync(node), unmatched => unmatched.Matching == 0);
        await node.UpsertAsync(new AccountUpsert(0, "other", "Acme", [], []));

        await NodeQuestions.EventuallyAsync(() => UnmatchedAsync(node), unmatched => unmatched.Matching == 2_500);
        Assert.Equal(5_000, StoredEntries.Of(node.Journal).Count(entry => entry.CompanyMatched is not null));
    }

    [Fact]
    public async Task Match_WhenTheCompanyIsTakenBackBeforeTheAnswer_AnswersAllTheSame()
    {
        await using var node = await TestNode.StartAsync();
        node.Journal.Hold();
        var named = NameAsync(node, "ada", "Acme");
        var taken = NameAsync(node, "ada", null);
        node.Journal.Release();

        await Task.WhenAll(named, taken).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal("", (await node.ContactAsync("ada"))!.AccountId);
    }

    [Fact]
    public async Task Match_WhenAContactIsMerged_LeadsTheOtherToTheAccount()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme", [], []));
        await NameAsync(node, "anonymous", "Acme");
        await node.SendAsync(Demo(node, "1", "anonymous"), Demo(node, "2", "ada"));

        await node.Client.MergeContactsAsync(Workspaces.Default, "anonymous", "ada", TestContext.Current.CancellationToken);

        await NodeQuestions.EventuallyAsync(() => node.ContactAsync("ada"), contact => contact?.AccountId == "acme");
        await ContactsOfAsync(node, "acme", 1);
        await node.UpsertAsync(new AccountUpsert(0, "acme", "Apex", [], []));
        await ContactsOfAsync(node, "acme", 0);
    }

    [Fact]
    public async Task Unmatched_WhenAskedFor_ListsContactsWithoutAnAccountOnly()
    {
        var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "ada", "ada@acme.com"), Demo(node, "2", "bob", "bob@gmail.com"), Demo(node, "3", "cem"));
        Assert.Equal(["bob", "cem"], await UnmatchedIdsAsync(node));

        await node.UpsertAsync(new ContactUpsert(0, "cem", null, "acme", []));
        Assert.Equal(["bob"], await UnmatchedIdsAsync(node));
        await using var next = await node.RestartAsync();

        Assert.Equal(["bob"], await UnmatchedIdsAsync(next));
    }

    [Fact]
    public async Task Names_WhenThereAreTooMany_AreRefused()
    {
        await using var node = await TestNode.StartAsync();
        string[] names = [.. Enumerable.Range(0, Limits.CompanyNamesPerAccount).Select(number => $"Name {number}")];
        await node.UpsertAsync(new AccountUpsert(0, "acme", null, [], []) { CompanyNames = names });

        var outcome = await node.UpsertAsync(new AccountUpsert(0, "acme", "Changed", [], []) { CompanyNames = ["One more", names[0]] });

        Assert.Equal((RejectionReason.TooLong, "company_names"), (Assert.Single(outcome.Rejections).Reason, outcome.Rejections[0].Field));
        Assert.Equal("acme", (await node.AccountAsync("acme"))!.Name);
        Assert.Equal(1u, (await node.UpsertAsync(new AccountUpsert(0, "acme", null, [], []) { CompanyNames = names[..3] })).Recorded);
    }

    private static int MatchesOf(TestNode node) => StoredEntries.Of(node.Journal).Count(entry => entry.CompanyMatched is not null);

    private static Task<RankPage> UnmatchedAsync(TestNode node) => node.Client.RankAsync(
        Workspaces.Default, GrainKind.Contact, RankFilter.None with { Unmatched = true }, RankBy.Total, 100, "", CancellationToken.None);

    private static async Task<IEnumerable<string>> UnmatchedIdsAsync(TestNode node) =>
        (await UnmatchedAsync(node)).Grains.Select(grain => grain.Id).Order();

    private static Task<AccountView?> ContactsOfAsync(TestNode node, string account, uint count) =>
        NodeQuestions.EventuallyAsync(() => node.AccountAsync(account), found => found?.ContactCount == count);

    private static Task<UpsertOutcome> NameAsync(TestNode node, string contact, string? company, string? email = null) =>
        node.UpsertAsync(Named(contact, company, email));

    private static ContactUpsert Named(string contact, string? company, string? email) =>
        new(0, contact, email, null, [new TraitEdit("company", company is null ? null : TraitValue.Text(company))]);

    private static V1.Signal Demo(TestNode node, string id, string contact, string email = "") =>
        TestSignals.Of(id, contact, "demo_requested", node.Clock.GetUtcNow(), email: email);
}
