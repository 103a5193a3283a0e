using LeadGrains.Grains.Ranking;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

public sealed class NodeTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Record_WhenSignalIsNew_ScoresContactAndAccount()
    {
        await using var node = await TestNode.StartAsync();
        var now = node.Clock.GetUtcNow();

        var outcome = await node.SendAsync(TestSignals.Of("1", "ada", "demo_requested", now, email: "ada@acme.com"));

        Assert.Equal(new RecordOutcome(1, 0), outcome);
        var contact = await node.Client.GetContactAsync(Workspaces.Default, "ada", Token);
        Assert.NotNull(contact);
        Assert.True(contact.Score.IntentPoints > 0);
        Assert.Equal("acme.com", contact.AccountId);
        Assert.Equal("domain", contact.AccountMatch);
        var account = await node.Client.GetAccountAsync(Workspaces.Default, "acme.com", Token);
        Assert.NotNull(account);
        Assert.Equal(1u, account.ContactCount);
        Assert.Equal(contact.Score.IntentPoints, account.Score.IntentPoints, 9);
        var page = await node.Client.RankAsync(
            Workspaces.Default, GrainKind.Account, RankFilter.None, RankBy.Total, 10, "", Token);
        Assert.Equal("acme.com", Assert.Single(page.Grains).Id);
    }

    [Fact]
    public async Task Record_WhenSentAgain_IsDuplicateAndChangesNothing()
    {
        await using var node = await TestNode.StartAsync();
        var signal = TestSignals.Of("1", "ada", "demo_requested", node.Clock.GetUtcNow(), email: "ada@acme.com");
        await node.SendAsync(signal);
        var before = await node.Client.GetContactAsync(Workspaces.Default, "ada", Token);

        var outcome = await node.SendAsync(signal, signal);

        Assert.Equal(new RecordOutcome(0, 2), outcome);
        var after = await node.Client.GetContactAsync(Workspaces.Default, "ada", Token);
        Assert.Equal(before!.Score, after!.Score);
        Assert.Equal(1ul, after.SignalCount);
    }

    [Fact]
    public async Task Restart_WhenProcessDied_EverythingAcknowledgedIsThere()
    {
        var node = await TestNode.StartAsync();
        var signal = TestSignals.Of("1", "ada", "demo_requested", node.Clock.GetUtcNow(), email: "ada@acme.com");
        await node.SendAsync(signal);
        var before = await node.Client.GetContactAsync(Workspaces.Default, "ada", Token);

        await using var next = await node.CrashAndRestartAsync();

        var after = await next.Client.GetContactAsync(Workspaces.Default, "ada", Token);
        Assert.Equal(before!.Score, after!.Score);
        Assert.Equal(new RecordOutcome(0, 1), await next.SendAsync(signal));
        Assert.Equal(1u, (await next.Client.GetAccountAsync(Workspaces.Default, "acme.com", Token))!.ContactCount);
    }

    [Fact]
    public async Task Restart_WhenStoppedInOrder_ReplaysNothing()
    {
        var node = await TestNode.StartAsync();
        await node.SendAsync(TestSignals.Of("1", "ada", "demo_requested", node.Clock.GetUtcNow(), email: "ada@acme.com"));
        var before = await node.Client.GetContactAsync(Workspaces.Default, "ada", Token);

        await using var next = await node.RestartAsync();

        Assert.Equal(0, next.Recovery.ReplayedEntries);
        Assert.Equal(1, next.Recovery.Contacts);
        Assert.Equal(1, next.Recovery.Accounts);
        var after = await next.Client.GetContactAsync(Workspaces.Default, "ada", Token);
        Assert.Equal(before!.Score, after!.Score);
    }
}
