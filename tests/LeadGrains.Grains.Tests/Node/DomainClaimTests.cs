using LeadGrains.Grains.Codecs;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

public sealed class DomainClaimTests
{
    [Fact]
    public async Task Claim_WhenContactsBelongToTheDomain_TheyMoveToTheClaimant()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "ada"), Demo(node, "2", "bob"));
        Assert.Equal(2u, (await node.AccountAsync("acme.com"))!.ContactCount);

        var outcome = await node.UpsertAsync(new AccountUpsert(0, "acme", "Acme Inc", ["acme.com"], []));

        Assert.Equal(1u, outcome.Recorded);
        var account = await NodeQuestions.EventuallyAsync(() => node.AccountAsync("acme"), found => found!.ContactCount == 2);
        Assert.Equal(["acme.com"], account!.Domains);
        Assert.Null(await node.AccountAsync("acme.com"));
        Assert.Equal(["acme"], (await node.RankAsync(GrainKind.Account)).Select(ranked => ranked.Id));
        Assert.Equal("acme", (await node.ContactAsync("ada"))!.AccountId);
        Assert.Equal("domain", (await node.ContactAsync("ada"))!.AccountMatch);
    }

    [Fact]
    public async Task Claim_WhenAContactComesAfterwards_ItsFirstAnswerFindsItAtTheClaimant()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", null, ["acme.com"], []));

        await node.SendAsync(Demo(node, "1", "ada"));

        Assert.Equal(1u, (await node.AccountAsync("acme"))!.ContactCount);
        Assert.Null(await node.AccountAsync("acme.com"));
    }

    [Fact]
    public async Task Claim_WhenAnotherHoldsOneDomain_TheItemIsRejectedWholeAndItsNewClaimsAreReleased()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", null, ["acme.com"], []));

        var outcome = await node.UpsertAsync(new AccountUpsert(0, "rival", null, ["rival.com", "acme.com"], []));

        Assert.Equal(0u, outcome.Recorded);
        var rejection = Assert.Single(outcome.Rejections);
        Assert.Equal((RejectionReason.InvalidValue, "domains"), (rejection.Reason, rejection.Field));
        Assert.Null(await node.AccountAsync("rival"));
        Assert.Equal(1u, (await node.UpsertAsync(new AccountUpsert(0, "third", null, ["rival.com"], []))).Recorded);
    }

    [Fact]
    public async Task Claim_WhenRepeatedByTheSameAccountAfterACrash_IsGrantedAgain()
    {
        var node = await TestNode.StartAsync();
        var upsert = new AccountUpsert(0, "acme", null, ["acme.com"], []);
        await node.UpsertAsync(upsert);

        await using var next = await node.CrashAndRestartAsync();

        Assert.Equal(1u, (await next.UpsertAsync(upsert)).Recorded);
        Assert.Equal(0u, (await next.UpsertAsync(upsert with { Id = "rival" })).Recorded);
    }

    [Fact]
    public async Task Claim_WhenTheClaimantIsItselfAClaimedDomain_IsRejected()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "a.com", null, ["b.com"], []));

        var outcome = await node.UpsertAsync(new AccountUpsert(0, "b.com", null, ["a.com"], []));

        Assert.Equal(RejectionReason.InvalidValue, Assert.Single(outcome.Rejections).Reason);
    }

    [Fact]
    public async Task Claim_WhenTheProcessDiesBeforeContactsFollowed_TheyFollowAfterTheStart()
    {
        var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "ada"));
        await node.UpsertAsync(new AccountUpsert(0, "acme", null, ["acme.com"], []));

        await using var next = await node.CrashAndRestartAsync();

        await NodeQuestions.EventuallyAsync(() => next.AccountAsync("acme"), found => found!.ContactCount == 1);
        Assert.Null(await next.AccountAsync("acme.com"));
    }

    [Fact]
    public async Task Claim_WhenAnotherHoldsOneDomain_NothingIsJournalledAndContactsOfTheFreeOneStay()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "other", null, ["taken.com"], []));
        await node.SendAsync(Demo(node, "1", "ada"));
        var before = node.Journal.EntryCount;

        await node.UpsertAsync(new AccountUpsert(0, "rival", null, ["acme.com", "taken.com"], []));

        Assert.Equal(before, node.Journal.EntryCount);
        Assert.Equal("acme.com", (await node.ContactAsync("ada"))!.AccountId);
    }

    [Fact]
    public async Task Claim_WhenTheUpsertIsRefusedAfterIt_IsTakenBackAndNoContactEverMoved()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "ada"));
        await node.UpsertAsync(new AccountUpsert(0, "rival", null, [], Traits("a", Limits.TraitsPerGrain)));

        var outcome = await node.UpsertAsync(new AccountUpsert(0, "rival", null, ["acme.com"], Traits("b", 1)));

        Assert.Equal((RejectionReason.TooLong, "traits"), (Assert.Single(outcome.Rejections).Reason, outcome.Rejections[0].Field));
        Assert.Equal(1u, (await node.UpsertAsync(new AccountUpsert(0, "acme", null, ["acme.com"], []))).Recorded);
        await NodeQuestions.EventuallyAsync(() => node.AccountAsync("acme"), found => found!.ContactCount == 1);
        Assert.DoesNotContain(StoredEntries.Of(node.Journal), entry => entry.AccountMoved?.ToAccountId == "rival");
    }

    [Fact]
    public async Task Claim_WhenTheAccountWouldHoldTooManyDomains_NamesThemAndClaimsNone()
    {
        await using var node = await TestNode.StartAsync();
        var full = Enumerable.Range(0, Limits.DomainsPerAccount).Select(i => $"d{i}.com").ToList();
        await node.UpsertAsync(new AccountUpsert(0, "rival", null, full, []));

        var outcome = await node.UpsertAsync(new AccountUpsert(0, "rival", null, ["acme.com"], []));

        Assert.Equal((RejectionReason.TooLong, "domains"), (Assert.Single(outcome.Rejections).Reason, outcome.Rejections[0].Field));
        Assert.Equal(1u, (await node.UpsertAsync(new AccountUpsert(0, "acme", null, ["acme.com"], []))).Recorded);
    }

    [Fact]
    public void Release_WhenAnotherCallOfTheAccountWasGrantedToo_TakesBackItsOwnClaimOnly()
    {
        var account = new Accounts.AccountGrain(0);
        Assert.True(account.ApplyClaim("acme", pending: true, 1, Scoring.Instant.Min));
        Assert.True(account.ApplyClaim("acme", pending: true, 2, Scoring.Instant.Min));

        account.ApplyRelease("acme", 2, 3, Scoring.Instant.Min);
        Assert.False(account.ApplyClaim("rival", pending: true, 4, Scoring.Instant.Min));
        Assert.Equal(("acme", ""), (account.ClaimedBy, account.Claimant));
        account.ApplyClaim("acme", pending: false, 5, Scoring.Instant.Min);
        account.ApplyRelease("acme", 1, 6, Scoring.Instant.Min);

        Assert.Equal("acme", account.Claimant);
    }

    [Fact]
    public async Task Claim_WhenTheLoserOfTwoUpsertsOfOneAccountReleases_TheOtherKeepsTheDomain()
    {
        await using var node = await TestNode.StartAsync();
        await node.UpsertAsync(new AccountUpsert(0, "acme", null, [], Traits("a", Limits.TraitsPerGrain)));
        node.Journal.Hold();
        var refused = node.UpsertAsync(new AccountUpsert(0, "acme", null, ["acme.com"], Traits("b", 1)));
        var recorded = node.UpsertAsync(new AccountUpsert(0, "acme", null, ["acme.com"], []));
        node.Journal.Release();

        Assert.Equal(0u, (await refused).Recorded);
        Assert.Equal(1u, (await recorded).Recorded);

        Assert.Equal(0u, (await node.UpsertAsync(new AccountUpsert(0, "rival", null, ["acme.com"], []))).Recorded);
    }

    [Fact]
    public async Task Claim_WhenTwoAccountsHoldEachOthersDomain_AContactIsToldOnceOfEach()
    {
        var first = await TestNode.StartAsync();
        var (here, there) = ("here.com", "there.com");
        await first.SendAsync(TestSignals.Of("1", "ada", "demo_requested", first.Clock.GetUtcNow(), email: $"ada@{here}"));
        // Two requests at once can come to this: each finds the other's account unclaimed when it decides.
        Assert.True(await ClaimForGoodAsync(first, here, there));
        Assert.True(await ClaimForGoodAsync(first, there, here));
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(MovesIn(first)), moves => moves == 2);

        await using var node = await first.RestartAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => TellAsync(node, here, there)));
        var told = MovesIn(node);
        for (var i = 0; i < 5; i++)
            await TellAsync(node, here, there);

        Assert.InRange(told, 2, 3);
        Assert.Equal(told, MovesIn(node));
        Assert.Equal(here, (await node.ContactAsync("ada"))!.AccountId);
    }

    // Until a request that came after it is answered, and what it proposed with it.
    private static async Task TellAsync(TestNode node, string from, string claimant)
    {
        var key = new GrainKey(Workspaces.Default, GrainKind.Contact, "ada");
        var lane = node.Node.LoopOf(KeyHash.PartitionOf(KeyHash.Of(key), 4));
        Assert.True(node.Node.TryPost(lane, new Requests.FollowClaim([key], from, claimant)));
        for (var i = 0; i < 3; i++)
            await node.UpsertAsync(new ContactUpsert(0, "ada", null, null, []));
    }

    private static int MovesIn(TestNode node) => StoredEntries.Of(node.Journal).Count(entry => entry.AccountMoved is not null);

    private static async Task<bool> ClaimForGoodAsync(TestNode node, string domain, string by)
    {
        var entry = Requests.GrainEntry.For(
            new GrainKey(Workspaces.Default, GrainKind.Account, domain), 4, EntryBodies.Claimed(by, pending: false));
        var request = new Requests.AppendEntries(Workspaces.Default, [entry], AckLevel.Recorded, weight: 1);
        Assert.True(node.Node.TryPost(node.Node.LoopOf(entry.Partition), request));
        return Assert.Single(await request.Done);
    }

    private static TraitEdit[] Traits(string prefix, int count) =>
        [.. Enumerable.Range(0, count).Select(i => new TraitEdit($"{prefix}{i}", Scoring.TraitValue.Number(i)))];

    private static V1.Signal Demo(TestNode node, string id, string contact) =>
        TestSignals.Of(id, contact, "demo_requested", node.Clock.GetUtcNow(), email: $"{contact}@acme.com");
}
