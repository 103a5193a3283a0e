using LeadGrains.Grains.Tests.Node;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Rollup;

public sealed class OutboxTests
{
    private const int Partitions = 4;
    private const string Account = "acme.com";

    [Fact]
    public async Task Flush_WhenATurnIsUnderWay_GathersForTheDelayAtMost()
    {
        await using var node = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = Partitions }, partitions: Partitions);
        var contact = ContactOfAnotherLoop();
        node.Journal.Hold();
        var first = RecordAsync(node, "1", contact);
        await UnderWayAsync(node);
        var second = RecordAsync(node, "2", contact);
        node.Journal.CommitWaiting();
        await first;
        await UnderWayAsync(node);

        // What the first turn left is not sent while the second is committed, as long as the clock stands still.
        for (var looks = 0; looks < 10; looks++)
        {
            Assert.Null(await node.AccountAsync(Account));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        node.Clock.Advance(node.Options.RollupDelay);
        await NodeQuestions.EventuallyAsync(() => node.AccountAsync(Account), account => account is not null);

        Assert.False(second.IsCompleted);
    }

    [Fact]
    public async Task Flush_WhenNothingIsUnderWay_DoesNotWait()
    {
        await using var node = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = Partitions }, partitions: Partitions);

        await RecordAsync(node, "1", ContactOfAnotherLoop());

        await NodeQuestions.EventuallyAsync(() => node.AccountAsync(Account), account => account is not null);
    }

    private static string ContactOfAnotherLoop() =>
        Enumerable.Range(0, 100).Select(number => $"contact-{number}").First(id => PartitionOf(GrainKind.Contact, id) != PartitionOf(GrainKind.Account, Account));

    private static int PartitionOf(GrainKind kind, string id) => KeyHash.PartitionOf(KeyHash.Of(new GrainKey(Workspaces.Default, kind, id)), Partitions);

    private static Task<RecordOutcome> RecordAsync(TestNode node, string id, string contact) => node.Client.RecordAsync(
        TestSignals.Batch(node, ranked: false, TestSignals.Of(id, contact, "page_viewed", node.Clock.GetUtcNow(), Account)),
        TestContext.Current.CancellationToken);

    private static async Task UnderWayAsync(TestNode node)
    {
        while (node.Journal.WaitingCount == 0)
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }
}
