using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Watching;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Watching;

public sealed class ChangeWatchTests
{
    [Fact]
    public async Task Watch_WhenItBegins_GivesATokenAndThenOnlyWhatComesAfter()
    {
        await using var node = await TestNode.StartAsync(StageWriter.Model);
        await node.WriteAsync([StageWriter.Change(GrainKind.Contact, "ann", "zero", "one")]);
        await using var watch = Watch(node);

        Assert.Null((await NextAsync(watch)).Change);
        await node.WriteAsync([StageWriter.Change(GrainKind.Contact, "ann", "one", "two")]);

        var change = (StageChange)(await NextAsync(watch)).Change!;
        Assert.Equal(
            (GrainKind.Contact, "ann", "one", "two", "ann from one to two", Workspaces.Default),
            (change.Kind, change.Id, change.From, change.To, change.Reason, change.Workspace));
    }

    [Fact]
    public async Task Watch_WhenItBeginsAtTheStart_GivesEverything()
    {
        await using var node = await TestNode.StartAsync(StageWriter.Model);
        await node.WriteAsync([.. Enumerable.Range(0, 700).Select(i => StageWriter.Change(GrainKind.Account, $"a{i}", "zero", "three"))]);

        await using var watch = Watch(node, fromStart: true);
        Assert.Null((await NextAsync(watch)).Change);
        var given = new HashSet<string>();
        while (given.Count < 700)
            Assert.True(given.Add((await NextAsync(watch)).Change!.Id));
    }

    // The watcher takes nothing while three times as many changes come as wait for one.
    [Fact]
    public async Task Watch_WhenItIsTooSlow_LosesNothing()
    {
        const int Count = 3 * ChangeSubscription.Capacity;
        await using var node = await TestNode.StartAsync(StageWriter.Model);
        await using var watch = Watch(node);
        await NextAsync(watch);
        for (var i = 0; i < Count; i += 64)
            await node.WriteAsync([.. Enumerable.Range(i, 64).Select(one => StageWriter.Change(GrainKind.Contact, $"c{one}", "zero", "one"))]);
        await node.WriteAsync([.. Enumerable.Range(0, Count).Select(one => StageWriter.Change(GrainKind.Contact, $"c{one}", "one", "two"))]);

        var held = new Dictionary<string, string>();
        for (var given = 0; given < 2 * Count; given++)
        {
            var change = (StageChange)(await NextAsync(watch)).Change!;
            Assert.Equal(held.GetValueOrDefault(change.Id, "zero"), change.From);
            held[change.Id] = change.To;
        }

        await node.WriteAsync([StageWriter.Change(GrainKind.Contact, "c0", "two", "three")]);
        Assert.Equal("three", ((StageChange)(await NextAsync(watch)).Change!).To);
    }

    [Fact]
    public async Task Watch_WhenNothingHappens_BringsTheTokenOnNowAndThen()
    {
        await using var node = await TestNode.StartAsync(StageWriter.Model);
        await using var watch = Watch(node, new ChangeFilter { Ids = new HashSet<string> { "ann" } });
        var first = await NextAsync(watch);
        await node.WriteAsync([StageWriter.Change(GrainKind.Contact, "bob", "zero", "one")]);
        await node.SendAsync(TestSignals.Of("1", "cem", "s", node.Clock.GetUtcNow()));

        var next = watch.MoveNextAsync().AsTask();
        node.Clock.Advance(TimeSpan.FromSeconds(14));
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(next.IsCompleted);
        while (!next.IsCompleted)
        {
            node.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        var later = watch.Current;
        Assert.Null(later.Change);
        Assert.NotEqual(first.ResumeToken, later.ResumeToken);
        var positions = WatchPositions.Read(later.ResumeToken, Ends(node));
        Assert.All(Enumerable.Range(0, 4), partition => Assert.Equal(node.Journal.LastSequence(partition), positions[partition]));
    }

    [Fact]
    public async Task Watch_WhenAChangeCannotHaveAnEffect_IsNotToldAndNeitherIsTheJournal()
    {
        await using var node = await TestNode.StartAsync(StageWriter.Model);
        await using var watch = Watch(node);
        await NextAsync(watch);
        var entries = node.Journal.EntryCount;

        Assert.Equal(1, await node.WriteAsync(
        [
            StageWriter.Change(GrainKind.Contact, "ann", "one", "two"),
            StageWriter.Change(GrainKind.Contact, "ann", "zero", "unknown"),
            StageWriter.Change(GrainKind.Contact, "ann", "zero", "two"),
            StageWriter.Change(GrainKind.Contact, "ann", "zero", "three"),
        ]));

        Assert.Equal("two", ((StageChange)(await NextAsync(watch)).Change!).To);
        Assert.Equal(1, node.Journal.EntryCount - entries);
        Assert.Equal("two", (await node.ContactAsync("ann"))!.Score.Stage);
    }

    [Fact]
    public async Task Watch_WhenAsManyWatchAsMay_IsRefused()
    {
        await using var node = await TestNode.StartAsync(StageWriter.Model);
        var watches = new List<IAsyncEnumerator<ChangeNotice>>();
        for (var i = 0; i < Limits.Watchers; i++)
        {
            // Those of one workspace leave room for the others'.
            var workspace = FormattableString.Invariant($"w{i / Limits.WatchersOfWorkspace}");
            watches.Add(Watch(node, workspace: workspace));
            await NextAsync(watches[^1]);
            if ((i + 1) % Limits.WatchersOfWorkspace == 0)
                await Assert.ThrowsAsync<TooManyWatchersException>(() => NextAsync(Watch(node, workspace: workspace)));
        }

        await Assert.ThrowsAsync<TooManyWatchersException>(() => NextAsync(Watch(node)));
        await watches[0].DisposeAsync();
        await NextAsync(watches[0] = Watch(node));
        foreach (var watch in watches)
            await watch.DisposeAsync();
    }

    private static IAsyncEnumerator<ChangeNotice> Watch(TestNode node, ChangeFilter? filter = null, bool fromStart = false, string workspace = Workspaces.Default) => node.Client
        .WatchChangesAsync(workspace, filter ?? new ChangeFilter(), "", fromStart, TestContext.Current.CancellationToken)
        .GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private static async Task<ChangeNotice> NextAsync(IAsyncEnumerator<ChangeNotice> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return watch.Current;
    }

    private static long[] Ends(TestNode node) => [.. Enumerable.Range(0, 4).Select(node.Journal.LastSequence)];
}
