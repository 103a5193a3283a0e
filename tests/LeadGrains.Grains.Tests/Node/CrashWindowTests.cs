using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

/// <summary>One test for each window in which a process can die between a signal's arrival and its last trace.</summary>
public sealed class CrashWindowTests
{
    private static readonly GrainNodeOptions Eager = new() { Loops = 1, CheckpointEntries = 1, ActiveGrains = 1 };

    [Fact]
    public async Task Crash_WhenNotYetJournalled_SignalIsGoneAndCanBeSentAgain()
    {
        var node = await TestNode.StartAsync();
        var signal = Demo(node, "1");
        node.Journal.Hold();
        var unanswered = node.SendAsync(signal);
        await WaitForAppendAsync(node);

        await using var next = await node.CrashAndRestartAsync(survivingAppends: 0);

        Assert.False(unanswered.IsCompletedSuccessfully);
        Assert.Null(await next.ContactAsync("ada"));
        Assert.Equal(new RecordOutcome(1, 0), await next.SendAsync(signal));
    }

    [Fact]
    public async Task Crash_WhenJournalledButNotApplied_SignalIsThereOnce()
    {
        var node = await TestNode.StartAsync();
        var signal = Demo(node, "1");
        node.Journal.Hold();
        _ = node.SendAsync(signal);
        await WaitForAppendAsync(node);

        await using var next = await node.CrashAndRestartAsync(survivingAppends: 1);

        Assert.Equal(1ul, (await next.ContactAsync("ada"))!.SignalCount);
        Assert.Equal(new RecordOutcome(0, 1), await next.SendAsync(signal));
    }

    [Fact]
    public async Task Crash_WhenAppliedButNotRolledUp_AccountHasItAfterTheStart()
    {
        var node = await TestNode.StartAsync();
        var batch = TestSignals.Batch(node, ranked: false, Demo(node, "1"));
        await node.Client.RecordAsync(batch, CancellationToken.None);

        await using var next = await node.CrashAndRestartAsync();

        var contact = await next.ContactAsync("ada");
        Assert.Equal(contact!.Score.IntentPoints, (await next.AccountAsync("acme.com"))!.Score.IntentPoints, 9);
    }

    [Fact]
    public async Task Crash_WhenRolledUpButNotCheckpointed_NothingCountsTwice()
    {
        var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1"));
        var before = await node.AccountAsync("acme.com");

        await using var next = await node.CrashAndRestartAsync();

        var after = await next.AccountAsync("acme.com");
        Assert.Equal(before!.Score.IntentPoints, after!.Score.IntentPoints, 9);
        Assert.Equal(1u, after.ContactCount);
    }

    [Fact]
    public async Task Crash_WhenRowsAreWrittenButNotTheCheckpoint_EntriesInThemAreSkipped()
    {
        var node = await TestNode.StartAsync(options: Eager, partitions: 1);
        await node.SendAsync(Demo(node, "1"));
        await WaitForCheckpointAsync(node);
        var before = await node.ContactAsync("ada");

        await using var next = await node.CrashAndRestartAsync(lostWrites: 1);

        Assert.Equal(before!.Score, (await next.ContactAsync("ada"))!.Score);
        Assert.Equal(1ul, (await next.ContactAsync("ada"))!.SignalCount);
    }

    [Fact]
    public async Task Crash_WhenTheLastRowsAreLostToo_TheJournalBringsThemBack()
    {
        var node = await TestNode.StartAsync(options: Eager, partitions: 1);
        await node.SendAsync(Demo(node, "1"));
        await WaitForCheckpointAsync(node);
        var before = await node.ContactAsync("ada");

        await using var next = await node.CrashAndRestartAsync(lostWrites: node.Store.UndoableWrites);

        Assert.Equal(before!.Score, (await next.ContactAsync("ada"))!.Score);
        Assert.Equal(new RecordOutcome(0, 1), await next.SendAsync(Demo(next, "1")));
    }

    [Fact]
    public async Task Crash_WhenTheContactHadLeftMemory_ItsRowAndTheTailGiveTheSame()
    {
        var node = await TestNode.StartAsync(options: Eager, partitions: 1);
        await node.SendAsync(Demo(node, "1"));
        foreach (var other in Enumerable.Range(0, 20))
            await node.SendAsync(Demo(node, $"x{other}", $"other{other}"));
        await WaitForCheckpointAsync(node);
        var read = node.Store.RowsRead;
        await node.SendAsync(Demo(node, "2"));
        Assert.True(node.Store.RowsRead > read, "The contact had not left memory.");
        var before = await node.ContactAsync("ada");

        await using var next = await node.CrashAndRestartAsync();

        Assert.Equal(before!.Score, (await next.ContactAsync("ada"))!.Score);
        Assert.Equal(2ul, (await next.ContactAsync("ada"))!.SignalCount);
    }

    private static V1.Signal Demo(TestNode node, string id, string contact = "ada") =>
        TestSignals.Of(id, contact, "demo_requested", node.Clock.GetUtcNow(), email: $"{contact}@acme.com");

    private static async Task WaitForAppendAsync(TestNode node)
    {
        while (node.Journal.WaitingCount == 0)
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private static async Task WaitForCheckpointAsync(TestNode node)
    {
        while ((await node.Store.Active.ReadCheckpointsAsync(CancellationToken.None))[0] < node.Journal.LastSequence(0))
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }
}
