using LeadGrains.Grains.Partitions;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

public sealed class FaultTests
{
    [Fact]
    public async Task Record_WhenTheJournalFails_CallerIsToldAndTheNodeStopsLoudly()
    {
        await using var node = await TestNode.StartAsync();
        node.Journal.FailCommit(1, new IOException("disk gone"));

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => node.SendAsync(Demo(node, "1")));

        Assert.Contains("disk gone", (await node.Node.Faulted).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_WhenRowsCannotBeRead_TheLoopStopsAndLaterCallsFail()
    {
        await using var node = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = 1, ActiveGrains = 1, CheckpointEntries = 1 }, partitions: 1);
        await node.SendAsync(Enumerable.Range(0, 10).Select(number => Demo(node, $"{number}", $"c{number}")));
        while (node.Store.RowsWritten < 10)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        node.Store.FailRead(1, new IOException("rows gone"));

        await Assert.ThrowsAsync<PartitionUnavailableException>(
            () => node.SendAsync(Enumerable.Range(0, 10).Select(number => Demo(node, $"again{number}", $"c{number}"))));

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => node.SendAsync(Demo(node, "later")));
    }

    [Fact]
    public async Task Record_WhenItWaitsForAccountsOfALoopThatStops_CallerIsTold()
    {
        await using var node = await TestNode.StartAsync();
        var (contact, account) = ApartFrom(node);
        var breaking = new Breaking(isExpress: false);
        Assert.True(node.Node.TryPost(1, breaking));
        await breaking.Reached.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var recording = node.SendAsync(TestSignals.Of("1", contact, "demo_requested", node.Clock.GetUtcNow(), account: account));
        while (node.Journal.EntryCount == 0)
            await Task.Delay(1, TestContext.Current.CancellationToken);

        breaking.GoOn();

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => recording.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<PartitionUnavailableException>(() => node.SendAsync(Demo(node, "2", contact)).WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await node.Node.StopAsync().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Post_WhenWhatNeedsNoTurnCannotBeDone_WhoWaitsForItIsTold()
    {
        await using var node = await TestNode.StartAsync();
        var breaking = new Breaking(isExpress: true);

        Assert.True(node.Node.TryPost(1, breaking));
        breaking.GoOn();

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => breaking.Done.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        Assert.Contains("broken", (await node.Node.Faulted).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_WhenTheJournalFailsWhileRowsDoNotCome_CallerIsTold()
    {
        await using var node = await TestNode.StartAsync(options: new GrainNodeOptions { Loops = 1, ActiveGrains = 1, CheckpointEntries = 1 }, partitions: 1);
        await node.SendAsync(Enumerable.Range(0, 10).Select(number => Demo(node, $"{number}", $"c{number}")));
        while (node.Store.RowsWritten < 10)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        await Task.Delay(50, TestContext.Current.CancellationToken);
        node.Store.HoldReads();
        node.Journal.FailCommit(1, new IOException("disk gone"));

        var recording = node.SendAsync(Enumerable.Range(0, 10).Select(number => Demo(node, $"again{number}", $"c{number}")));

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => recording.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Merge_WhenALoopHasStopped_WhoWaitsForAnotherMergeIsTold()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1", "a"), Demo(node, "2", "b"));
        node.Journal.Hold();
        var first = node.Client.MergeContactsAsync(Workspaces.Default, "a", "b", CancellationToken.None);
        while (node.Journal.WaitingCount == 0)
            await Task.Delay(1, TestContext.Current.CancellationToken);
        var second = node.Client.MergeContactsAsync(Workspaces.Default, "b", "a", CancellationToken.None);

        node.Journal.FailCommit(1, new IOException("disk gone"));
        node.Journal.Release();

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => first.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<PartitionUnavailableException>(() => second.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Record_WhenTheQueueIsFull_IsRefusedAndNothingGrows()
    {
        await using var node = await TestNode.StartAsync(
            options: new GrainNodeOptions { Loops = 1, QueueCapacity = 10, TurnCapacity = 5 }, partitions: 1);
        node.Journal.Hold();
        var calls = Enumerable.Range(0, 100).Select(number => node.SendAsync(Demo(node, $"{number}"))).ToList();

        node.Journal.Release();

        var refused = 0;
        foreach (var call in calls)
        {
            try
            {
                await call;
            }
            catch (OverloadedException failure)
            {
                Assert.NotNull(failure.RetryAfter);
                refused++;
            }
        }

        Assert.InRange(refused, 50, 95);
        Assert.Equal((ulong)(100 - refused), (await node.ContactAsync("ada"))!.SignalCount);
    }

    [Fact]
    public async Task Explain_WhenNothingWasKnownThen_FindsNothing()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1"));
        var before = node.Client.Now() + TimeSpan.FromHours(-1);

        Assert.Null(await node.Client.ExplainContactAsync(Workspaces.Default, "ada", before, CancellationToken.None));
        Assert.Null(await node.Client.ExplainAccountAsync(Workspaces.Default, "acme.com", before, CancellationToken.None));
    }

    [Fact]
    public async Task Explain_WhenAsOfLiesAhead_Forecasts()
    {
        await using var node = await TestNode.StartAsync();
        await node.SendAsync(Demo(node, "1"));
        var later = node.Client.Now() + TimeSpan.FromDays(90);

        var now = await node.ContactAsync("ada");
        var then = await node.Client.ExplainContactAsync(Workspaces.Default, "ada", later, CancellationToken.None);

        Assert.InRange(then!.Contact.Score.IntentPoints, 0.1, now!.Score.IntentPoints - 1);
        Assert.Equal(then.Contact.Score.IntentPoints, then.Parts.Where(part => part.Dimension == Scoring.Dimension.Intent).Sum(part => part.Points), 9);
    }

    private static V1.Signal Demo(TestNode node, string id, string contact = "ada") =>
        TestSignals.Of(id, contact, "demo_requested", node.Clock.GetUtcNow(), email: $"{contact}@acme.com");

    // A contact of the first loop and an account of the second.
    private static (string Contact, string Account) ApartFrom(TestNode node)
    {
        int LoopOf(GrainKind kind, string id) =>
            node.Node.LoopOf(KeyHash.PartitionOf(KeyHash.Of(new GrainKey(Workspaces.Default, kind, id)), node.Journal.PartitionCount));
        var ids = Enumerable.Range(0, 1_000).Select(number => $"id{number}").ToList();
        return (ids.Find(id => LoopOf(GrainKind.Contact, id) == 0)!, ids.Find(id => LoopOf(GrainKind.Account, id) == 1)!);
    }

    // Holds its loop until it is told to go on, and breaks it then.
    private sealed class Breaking(bool isExpress) : PartitionRequest
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new();
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The loop does nothing else from then on.</summary>
        public Task Reached => _reached.Task;

        public Task Done => _done.Task;

        internal override int Weight => 0;

        internal override bool IsExpress => isExpress;

        public void GoOn() => _goOn.TrySetResult();

        internal override void Apply(PartitionLoop loop)
        {
            _reached.TrySetResult();
            _goOn.Task.Wait(TimeSpan.FromSeconds(60));
            throw new InvalidOperationException("broken on purpose");
        }

        internal override void Fail(Exception failure) => _done.TrySetException(failure);
    }
}
