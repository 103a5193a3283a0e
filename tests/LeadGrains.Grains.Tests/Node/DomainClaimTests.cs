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

    private static V1.Signal Demo(TestNode node, string id, string contact) =>
        TestSignals.Of(id, contact, "demo_requested", node.Clock.GetUtcNow(), email: $"{contact}@acme.com");
}
