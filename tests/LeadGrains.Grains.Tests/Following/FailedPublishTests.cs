using LeadGrains.Grains.Tests.Node;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Following;

/// <summary>A publication that fails at its worst moments holds neither callers nor the process.</summary>
public sealed class FailedPublishTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_WhenTheNewLoopsFailAfterTheStoresStep_TellsCallersAndEnds()
    {
        await using var node = await WrittenAsync();
        node.Store.HoldActivations();
        node.Store.HoldWrites();
        var publishing = node.PublishAsync(Publishing.Other);
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Store.WaitingActivations), waiting => waiting == 1);
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Store.WaitingWrites), waiting => waiting > 0);
        var recording = node.SendAsync(TestSignals.Of("late", "ann", "demo", node.Clock.GetUtcNow()));
        var ranking = node.RankAsync(GrainKind.Contact);

        // Only the loops that follow have anything to write: those that serve were stopped in good order before.
        node.Store.FailWrite(1, new IOException("no room"));
        node.Store.ReleaseWrites();
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Store.IsWriteFailureDue), isDue => !isDue);
        node.Store.ReleaseActivations();

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => publishing.WaitAsync(Soon, Cancel));
        await Assert.ThrowsAsync<PartitionUnavailableException>(() => recording.WaitAsync(Soon, Cancel));
        await Assert.ThrowsAsync<PartitionUnavailableException>(() => ranking.WaitAsync(Soon, Cancel));
        await Assert.ThrowsAsync<PartitionUnavailableException>(() => node.ContactAsync("ann").WaitAsync(Soon, Cancel));
        Assert.Contains("no room", (await node.Node.Faulted.WaitAsync(Soon, Cancel)).ToString(), StringComparison.Ordinal);
        await node.Node.StopAsync().WaitAsync(Soon, Cancel);

        // The store's step stands, so the next start goes on with the other model.
        await using var next = await node.CrashAndRestartAsync();
        Assert.Equal(2U, next.Client.ModelOf(Workspaces.Default).Version);
        Assert.Equal(20UL, (await next.ContactAsync("ann"))!.SignalCount);
    }

    [Fact]
    public async Task Publish_WhenTheNewLoopsCannotJournal_TellsCallersAndEnds()
    {
        await using var node = await WrittenAsync();
        node.Store.HoldActivations();
        var publishing = node.PublishAsync(Publishing.Other);
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Store.WaitingActivations), waiting => waiting == 1);
        var recording = node.SendAsync(TestSignals.Of("late", "ann", "demo", node.Clock.GetUtcNow()));
        node.Journal.FailCommit(1, new IOException("disk gone"));
        node.Store.ReleaseActivations();

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => recording.WaitAsync(Soon, Cancel));
        Assert.Contains("disk gone", (await node.Node.Faulted.WaitAsync(Soon, Cancel)).ToString(), StringComparison.Ordinal);
        await Task.WhenAny(publishing).WaitAsync(Soon, Cancel);
        await node.Node.StopAsync().WaitAsync(Soon, Cancel);
    }

    [Fact]
    public async Task Publish_WhenTheRowsOfBeforeCannotBeDropped_GoesOnAndSaysSo()
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        var told = new List<UnseenFailure>();
        node.Node.Models.WatchFailures(told.Add);
        await node.SendAsync(TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        node.Store.FailDrop(1, new IOException("no room"));
        Assert.True((await node.PublishAsync(Publishing.Other)).IsChanged);
        Assert.Equal(("no room", 2), (Assert.Single(told).Reason.Message, node.Store.GenerationCount));
        Assert.True((await node.PublishAsync(Publishing.First)).IsChanged);
        await node.SendAsync(TestSignals.Of("t", "ann", "demo", node.Clock.GetUtcNow()));
        await node.SettledAsync();
        await using var next = await RestartedAsync(node);
        Assert.Equal((0L, 2UL), (next.Recovery.ReplayedEntries, (await next.ContactAsync("ann"))!.SignalCount));
    }

    [Fact]
    public async Task Stop_WhenRowsAreStillBeingDropped_WritesAllRowsAndGivesThatUp()
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        await node.SendAsync(TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        node.Store.HoldDrops();
        Assert.True((await node.PublishAsync(Publishing.Other)).IsChanged);
        await node.SendAsync(TestSignals.Of("t", "ann", "demo", node.Clock.GetUtcNow()));
        await node.SettledAsync();
        Assert.Equal(2, node.Store.GenerationCount);
        await using var next = await RestartedAsync(node);
        Assert.Equal((0L, 2UL), (next.Recovery.ReplayedEntries, (await next.ContactAsync("ann"))!.SignalCount));
    }

    [Fact]
    public async Task Abort_WhenModelsChangePlaces_EndsThePublication()
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        await node.SendAsync(TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        await node.SettledAsync();

        // What is under way never becomes durable, so the loops that serve never come to rest.
        node.Journal.Hold();
        var recording = node.SendAsync(TestSignals.Of("t", "ann", "demo", node.Clock.GetUtcNow()));
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Journal.WaitingCount), waiting => waiting == 1);
        var publishing = node.PublishAsync(Publishing.Other);
        await Task.Delay(400, Cancel);
        node.Node.Abort();
        await Assert.ThrowsAsync<PartitionUnavailableException>(() => publishing.WaitAsync(Soon, Cancel));
        await Assert.ThrowsAsync<PartitionUnavailableException>(() => recording.WaitAsync(Soon, Cancel));
        await node.Node.StopAsync().WaitAsync(Soon, Cancel);
        Assert.False(node.Node.Faulted.IsCompleted);
    }

    // A node whose rows are all written, and which writes them once there are some to write.
    private static async Task<TestNode> WrittenAsync()
    {
        var node = await TestNode.StartAsync(Publishing.First, options: new GrainNodeOptions { Loops = 2, CheckpointEntries = 5 });
        await node.SendAsync(Enumerable.Range(0, 100).Select(number => TestSignals.Of($"s{number}", number % 5 == 0 ? "ann" : $"c{number % 5}", "viewed", node.Clock.GetUtcNow())));
        await node.SettledAsync();
        var written = await node.RestartAsync();
        await written.SettledAsync();
        return written;
    }

    private static async Task<TestNode> RestartedAsync(TestNode node)
    {
        await node.Node.StopAsync().WaitAsync(Soon, Cancel);
        return await node.RestartAsync();
    }
}
