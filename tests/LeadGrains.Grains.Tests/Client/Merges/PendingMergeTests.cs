using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Client.Merges;

/// <summary>A merge that is journalled, and of which nothing has arrived yet: it is tried again only when the clock moves.</summary>
public sealed class PendingMergeTests
{
    [Fact]
    public async Task ExplainContact_WhenAskedForBeforeAMergeThatIsPending_SaysWhatTheContactWasThen()
    {
        await using var node = await StartAsync();
        var then = node.Client.Now();
        var before = await ExplainAsync(node, "from", then);
        node.Clock.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<OverloadedException>(() => node.MergeAsync("from", "into"));
        Assert.Equal(("into", 1ul), ((await node.ContactAsync("from"))!.Id, (await node.ContactAsync("from"))!.SignalCount));

        var past = await ExplainAsync(node, "from", then);

        Assert.Equal(("from", 2ul), (past.Contact.Id, past.Contact.SignalCount));
        Assert.Equal(before.Contact.Score, past.Contact.Score);
        Assert.Equal(before.Parts, past.Parts);
    }

    [Fact]
    public async Task ExplainContact_WhenAskedForAfterAMergeThatIsPending_SaysWhatItLeadsTo()
    {
        await using var node = await StartAsync();
        node.Clock.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<OverloadedException>(() => node.MergeAsync("from", "into"));
        var now = node.Client.Now();

        foreach (var at in new[] { now, now + TimeSpan.FromDays(3) })
        {
            var (one, other) = (await ExplainAsync(node, "from", at), await ExplainAsync(node, "into", at));
            Assert.Equal(("into", 1ul), (one.Contact.Id, one.Contact.SignalCount));
            Assert.Equal(other.Contact.Score, one.Contact.Score);
            Assert.Equal(other.Parts, one.Parts);
        }
    }

    private static async Task<TestNode> StartAsync()
    {
        var clock = new ManualClock();
        var node = await TestNode.StartAsync(
            new InMemoryJournal(4), new InMemoryGrainStore(4), DefaultModel.Model, clock, new GrainNodeOptions { Loops = 2 },
            inner => new PartRefusingRouter(inner));
        await node.SendAsync(
            TestSignals.Of("1", "from", "demo_requested", clock.GetUtcNow()), TestSignals.Of("2", "from", "page_viewed", clock.GetUtcNow()),
            TestSignals.Of("3", "into", "page_viewed", clock.GetUtcNow()));
        return node;
    }

    private static async Task<ContactExplanationView> ExplainAsync(TestNode node, string contact, Instant at) =>
        (await node.Client.ExplainContactAsync(Workspaces.Default, contact, at, CancellationToken.None))!;

    // Of what appends, only parts of merges have no weight.
    private sealed class PartRefusingRouter(IPartitionRouter inner) : IPartitionRouter
    {
        public int PartitionCount => inner.PartitionCount;

        public int LaneCount => inner.LaneCount;

        public int LaneOf(int partition) => inner.LaneOf(partition);

        public bool TryPost(int lane, PartitionRequest request) =>
            request is not AppendEntries { Weight: 0 } && inner.TryPost(lane, request);
    }
}
