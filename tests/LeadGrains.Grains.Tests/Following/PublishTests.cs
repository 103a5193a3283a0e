using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Journal.V1;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Following;

public sealed class PublishTests
{
    private static readonly string[] Contacts = [.. Enumerable.Range(0, 25).Select(number => $"c{number}")];
    private static readonly string[] Accounts =
        [.. Enumerable.Range(0, 6).Select(number => $"a{number}"), .. Enumerable.Range(0, 4).Select(number => $"firm{number}.com")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Publish_WhenAnyHistoryIsThere_EqualsAFreshStoreFedTheSameJournal(int seed)
    {
        await using var history = await History.MakeAsync(seed, steps: 40);
        var node = history.Node;
        var published = await node.PublishAsync(Publishing.Other);
        Assert.Equal((2U, true), (published.Model.Version, published.IsChanged));
        await node.SettledAsync();

        var store = new InMemoryGrainStore(node.Journal.PartitionCount);
        var stored = (await node.Store.ReadModelsAsync(Cancel))[1];
        var active = new ActiveModel(2, new long[node.Journal.PartitionCount]);
        await store.ActivateAsync(new ModelActivation { Active = active, Added = stored }, Cancel);
        var journal = node.Journal.Crash();
        await using var fresh = await TestNode.StartAsync(journal, store, Publishing.Other, node.Clock, new GrainNodeOptions { Loops = 1 });
        await Comparison.OfAsync(node.Client, fresh.Client, Contacts, Accounts);
        Assert.Equal(1, node.Store.GenerationCount);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public async Task Publish_WhenRolledBack_RestoresEveryScore(int seed)
    {
        await using var history = await History.MakeAsync(seed, steps: 40);
        var node = history.Node;
        await node.SettledAsync();
        var at = node.Clock.GetUtcNow();
        var contacts = await ScoresAsync(node, GrainKind.Contact);
        var accounts = await ScoresAsync(node, GrainKind.Account);
        await node.PublishAsync(Publishing.Other);
        await node.SettledAsync();
        Assert.NotEqual(contacts, await ScoresAsync(node, GrainKind.Contact));
        var back = await node.PublishAsync(Publishing.First);
        await node.SettledAsync();

        Assert.Equal((1U, true), (back.Model.Version, back.IsChanged));
        Assert.Equal(at, node.Clock.GetUtcNow());
        Assert.Equal(contacts, await ScoresAsync(node, GrainKind.Contact));
        var restored = await ScoresAsync(node, GrainKind.Account);
        Assert.Equal(accounts.Keys, restored.Keys);
        Assert.All(accounts, account => Assert.InRange(Math.Abs(account.Value - restored[account.Key]), 0, 1e-9 * Math.Max(1, Math.Abs(account.Value))));
    }

    [Fact]
    public async Task Publish_WhenRestartedAfterwards_GoesOnUnderTheNewModel()
    {
        await using var history = await History.MakeAsync(21, steps: 40);
        await history.Node.PublishAsync(Publishing.Other);
        await history.Node.SettledAsync();
        var before = await ScoresAsync(history.Node, GrainKind.Contact);
        history.Node = await history.Node.RestartAsync();
        Assert.Equal(2U, history.Node.Client.ModelOf(Workspaces.Default).Version);
        Assert.Equal(before, await ScoresAsync(history.Node, GrainKind.Contact));
        history.Node = await history.Node.CrashAndRestartAsync();
        Assert.Equal(before, await ScoresAsync(history.Node, GrainKind.Contact));
        await history.SendAsync(10);
        Assert.Equal(2U, history.Node.Client.ModelOf(Workspaces.Default).Version);
    }

    [Fact]
    public async Task Publish_WhenItIsTheActiveModel_ChangesNothing()
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        var entries = await node.SettledAsync();
        var published = await node.PublishAsync(Publishing.First);
        Assert.Equal((1U, false), (published.Model.Version, published.IsChanged));
        Assert.Equal(entries, node.Journal.EntryCount);
    }

    [Fact]
    public async Task Publish_WhenDone_SaysSoInEveryPartitionOnce()
    {
        await using var node = await TestNode.StartAsync(Publishing.First, partitions: 4);
        await node.SendAsync(TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        await node.SettledAsync();
        await node.PublishAsync(Publishing.Other);
        await node.SettledAsync();
        var restarted = await node.RestartAsync();
        await using var after = await restarted.CrashAndRestartAsync();
        await after.SettledAsync();
        var activated = StoredEntries.Of(after.Journal).Where(entry => entry.ModelActivated is not null).ToList();
        Assert.Equal(Enumerable.Repeat(1U, 4).Concat(Enumerable.Repeat(2U, 4)), activated.Select(entry => entry.ModelActivated.ModelVersion).Order());
        Assert.All(activated.Where(entry => entry.ModelActivated.ModelVersion == 2), entry => Assert.Equal(1UL, entry.PreviousSequence));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_WhenStagesBecomeDue_ChangesThemBecauseOfTheModel(bool isSilent)
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        await node.SendAsync(TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()), TestSignals.Of("t", "bob", "left", node.Clock.GetUtcNow()));
        await node.SettledAsync();
        Assert.Equal("cold", (await node.ContactAsync("ann"))!.Score.Stage);
        await node.PublishAsync(Publishing.Other, isSilent);
        await NodeQuestions.EventuallyAsync(() => node.ContactAsync("ann"), contact => contact!.Score.Stage == "warm");
        var change = StoredEntries.Of(node.Journal).Last(entry => entry.StageChanged is not null && entry.GrainId == "ann").StageChanged;
        Assert.Equal((StageCause.Model, isSilent), (change.Cause, change.Silent));

        // What happens from then on has its own cause.
        await node.SendAsync(TestSignals.Of("u", "bob", "demo", node.Clock.GetUtcNow()), TestSignals.Of("v", "bob", "demo", node.Clock.GetUtcNow()));
        await NodeQuestions.EventuallyAsync(() => node.ContactAsync("bob"), contact => contact!.Score.Stage != "cold");
        var later = StoredEntries.Of(node.Journal).Last(entry => entry.StageChanged is not null && entry.GrainId == "bob").StageChanged;
        Assert.Equal((StageCause.Activity, false), (later.Cause, later.Silent));
    }

    [Fact]
    public async Task Publish_WhenSignalsGoOnComing_HasEachOnceAndFailsNone()
    {
        await using var node = await TestNode.StartAsync(Publishing.First, options: new GrainNodeOptions { Loops = 2, CheckpointEntries = 50 });
        using var stop = new CancellationTokenSource();
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var batch = Enumerable.Range(0, 5).Select(_ => TestSignals.Of($"s{sent}", $"c{sent++ % 7}", "viewed", node.Clock.GetUtcNow(), account: "acme"));
                var outcome = await node.SendAsync([.. batch]);
                Assert.Equal((5U, 0U), (outcome.Recorded, outcome.Duplicates));
                Assert.Single(await node.RankAsync(GrainKind.Account));
                Assert.NotNull(await node.Client.ExplainAccountAsync(Workspaces.Default, "acme", null, Cancel));
            }
        }, Cancel);
        for (var times = 0; times < 6; times++)
        {
            await Task.Delay(20, Cancel);
            Assert.True((await node.PublishAsync(times % 2 == 0 ? Publishing.Other : Publishing.First)).IsChanged);
        }

        await stop.CancelAsync();
        await sending;
        var contacts = await Task.WhenAll(Enumerable.Range(0, 7).Select(number => node.ContactAsync($"c{number}")));
        Assert.Equal((ulong)sent, contacts.Select(contact => contact!.SignalCount).Aggregate((left, right) => left + right));
        var journalled = StoredEntries.Of(node.Journal).Count(entry => entry.BodyCase == Entry.BodyOneofCase.Signal);
        Assert.Equal(sent, journalled);
    }

    [Fact]
    public async Task Publish_WhenGivenUp_LeavesEverythingAsItWas()
    {
        await using var history = await History.MakeAsync(31, steps: 30);
        var node = history.Node;
        await node.SettledAsync();
        var before = await ScoresAsync(node, GrainKind.Contact);
        using var cancel = new CancellationTokenSource();
        var publication = new ModelPublication(Publishing.Other, "", "", IsSilent: false);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.Node.Models.PublishAsync(publication, _ => cancel.Cancel(), cancel.Token));
        Assert.Equal(1U, node.Client.ModelOf(Workspaces.Default).Version);
        Assert.Equal(before, await ScoresAsync(node, GrainKind.Contact));
        Assert.Equal(1, node.Store.GenerationCount);
        Assert.Single(await node.Store.ReadModelsAsync(Cancel));
        await history.SendAsync(5);
        Assert.True((await node.PublishAsync(Publishing.Other)).IsChanged);
    }

    [Fact]
    public async Task Publish_WhenTheStoreRefuses_GoesOnUnderTheOldModel()
    {
        await using var history = await History.MakeAsync(32, steps: 30);
        var node = history.Node;
        node.Store.FailActivation(1, new IOException("no room"));
        await Assert.ThrowsAsync<IOException>(() => node.PublishAsync(Publishing.Other));
        await history.SendAsync(5);
        Assert.Equal((1U, 1), (node.Client.ModelOf(Workspaces.Default).Version, node.Store.GenerationCount));
        Assert.False(node.Node.Faulted.IsCompleted);
    }

    [Fact]
    public async Task Publish_WhenAnotherIsUnderWay_IsRefused()
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        node.Store.HoldActivations();
        var publishing = node.PublishAsync(Publishing.Other);
        await Assert.ThrowsAsync<ModelBusyException>(() => node.PublishAsync(Publishing.Other));
        await Assert.ThrowsAsync<ModelBusyException>(() => node.Node.Models.PreviewAsync(Workspaces.Default, Publishing.Other, Cancel));
        node.Store.ReleaseActivations();
        await publishing;
    }

    [Fact]
    public async Task Publish_WhenCallersWaitThroughTheSwitch_AnswersThemAll()
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        await node.SendAsync(TestSignals.Of("s0", "ann", "demo", node.Clock.GetUtcNow(), account: "acme"));
        node.Store.HoldActivations();
        var publishing = node.PublishAsync(Publishing.Other);
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Store.WaitingActivations), waiting => waiting == 1);
        var recording = node.SendAsync(TestSignals.Of("s1", "ann", "demo", node.Clock.GetUtcNow()));
        var ranking = node.RankAsync(GrainKind.Contact);
        await Task.Delay(50, Cancel);
        Assert.False(recording.IsCompleted || ranking.IsCompleted);
        node.Store.ReleaseActivations();
        Assert.Equal(1U, (await recording).Recorded);
        Assert.Equal(2U, Assert.Single(await ranking).Score.ModelVersion);
        await publishing;
        Assert.Equal(2UL, (await node.ContactAsync("ann"))!.SignalCount);
    }

    private static async Task<Dictionary<string, double>> ScoresAsync(TestNode node, GrainKind kind) =>
        (await node.RankAsync(kind, RankBy.Fit)).OrderBy(grain => grain.Id, StringComparer.Ordinal)
        .ToDictionary(grain => grain.Id, grain => grain.Score.IntentPoints);
}
