using LeadGrains.Grains.Tests.Following;
using LeadGrains.Grains.Watching;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

public sealed class ContactWakeUpTests
{
    private const string Rules = """
        name: sleepers
        groups: {g: {half_life: 20d}}
        rules: [{name: r, label: R, signal: s, group: g, points: 10}]
        machines: {user_agents: {add: [scanbot]}}
        """;

    private static readonly ScoringModel Waking = ModelReader.Read(Rules + "\ndormant_after: 60d").Model!;
    private static readonly ScoringModel Sleepless = ModelReader.Read(Rules).Model!;
    private static readonly DateTimeOffset Day0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Bob sleeps from day 10 to 100, Ann from day 0 to 120; Cem's first signal, a late one, a repeated one and a scanner's
    // wake nobody up.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Contact_WhenItComesBack_IsToldOnceWithItsScore(bool stopsInOrder)
    {
        var node = await TestNode.StartAsync(Waking);
        await SendAsync(node, "ann", 0);
        await SendAsync(node, "bob", 10);
        await SendAsync(node, "bob", 100);
        await ToldAsync(node, ("bob", 100, 10));

        await using var next = stopsInOrder ? await node.RestartAsync() : await node.CrashAndRestartAsync();
        await SendAsync(next, "ann", 120);
        await SendAsync(next, "cem", 121);
        await next.SendAsync(TestSignals.Of("bob 100", "bob", "s", Day0.AddDays(100)));
        await next.SendAsync(TestSignals.Of("late", "bob", "s", Day0.AddDays(95)));
        Set(next, 200);
        var agent = new Dictionary<string, string> { ["user_agent"] = "scanbot/1.0" };
        await next.SendAsync(TestSignals.Of("scan", "bob", "s", Day0.AddDays(200), attributes: agent));
        await next.SettledAsync();

        Assert.Equal([("bob", 100, 10), ("ann", 120, 0)], WakeUps(next));
        var score = Entries(next)[0].Reactivated.Score;
        Assert.Equal((10.44, 10, 1u), (Math.Round(score.IntentPoints, 2), Math.Round(score.Velocity, 2), score.ModelVersion));
    }

    [Fact]
    public async Task Watch_WhenAContactWakesUp_TellsItLiveAndFromTheJournal()
    {
        await using var node = await TestNode.StartAsync(Waking);
        await SendAsync(node, "ann", 0);
        await using var live = Watch(node, fromStart: false);
        await NextAsync(live);
        await SendAsync(node, "ann", 70);

        var told = Assert.IsType<WokeUp>((await NextAsync(live)).Change);
        Assert.Equal((GrainKind.Contact, "ann", At(70), At(0)), (told.Kind, told.Id, told.At, told.DormantSince));
        await using var again = Watch(node, fromStart: true);
        await NextAsync(again);
        Assert.Equal(told, (await NextAsync(again)).Change);
    }

    // The process died before the wake-up was journalled: the journal's tail tells it after the start, or the row, where a
    // checkpoint was made in between; and only once.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Contact_WhenACrashCameBeforeTheEntry_IsToldAfterTheStart(bool rowIsWritten)
    {
        var options = new GrainNodeOptions { Loops = 1, CheckpointEntries = 1 };
        var node = await TestNode.StartAsync(Waking, options: options, partitions: 1);
        await SendAsync(node, "ann", 0);
        await node.SettledAsync();
        node.Journal.Hold();
        _ = SendAsync(node, "ann", 90);
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Journal.WaitingCount), waiting => waiting > 0);
        if (rowIsWritten)
        {
            node.Journal.CommitWaiting();
            await NodeQuestions.EventuallyAsync(
                async () => (await node.Store.Active.ReadCheckpointsAsync(CancellationToken.None))[0], at => at == node.Journal.LastSequence(0));
        }

        var (journal, store) = (node.Journal.Crash(survivingAppends: rowIsWritten ? 0 : 1), node.Store.Crash());
        node.Node.Abort();
        Assert.Empty(WakeUps(node));

        var next = await TestNode.StartAsync(journal, store, Waking, node.Clock, options);
        await ToldAsync(next, ("ann", 90, 0));
        await using var last = await next.RestartAsync();
        await SendAsync(last, "ann", 91);
        await last.SettledAsync();
        Assert.Equal([("ann", 90, 0)], WakeUps(last));
    }

    [Fact]
    public async Task Contact_WhenItSleepsAgainByNow_IsNotTold()
    {
        await using var node = await TestNode.StartAsync(Waking);
        Set(node, 300);
        await node.SendAsync(TestSignals.Of("1", "ann", "s", Day0), TestSignals.Of("2", "ann", "s", Day0.AddDays(100)));
        await node.SettledAsync();
        Assert.Equal(At(100), (await node.ContactAsync("ann"))!.WokeUpAt);
        Assert.Empty(WakeUps(node));

        await SendAsync(node, "ann", 301);
        await ToldAsync(node, ("ann", 301, 100));
    }

    // The cookie's day 70 is Ann's first sign of life since day 0, and known by the merge alone.
    [Fact]
    public async Task Contact_WhenAMergeBringsTheSignal_IsToldAsTheOneThatStays()
    {
        await using var node = await TestNode.StartAsync(Waking);
        await SendAsync(node, "ann", 0);
        await SendAsync(node, "cookie", 70);
        await node.Client.MergeContactsAsync(Workspaces.Default, "cookie", "ann", CancellationToken.None);

        await ToldAsync(node, ("ann", 70, 0));
        await SendAsync(node, "cookie", 71);
        await node.SettledAsync();
        Assert.Equal([("ann", 70, 0)], WakeUps(node));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_WhenTheModelBringsDormancy_TellsThoseAwakeUnlessItIsSilent(bool isSilent)
    {
        await using var node = await TestNode.StartAsync(Sleepless);
        await SendAsync(node, "bob", 0);
        await SendAsync(node, "bob", 70);
        await SendAsync(node, "ann", 71);
        Set(node, 129);
        await node.PublishAsync(Waking, isSilent);
        await ToldAsync(node, ("bob", 70, 0));
        Assert.Equal(isSilent, Entries(node)[0].Reactivated.Silent);

        await SendAsync(node, "ann", 140);
        await ToldAsync(node, ("bob", 70, 0), ("ann", 140, 71));
        Assert.False(Entries(node)[1].Reactivated.Silent);

        // Under another model and back again, nobody is told twice.
        await node.PublishAsync(Sleepless);
        await node.PublishAsync(Waking);
        await node.SettledAsync();
        Assert.Equal([("bob", 70, 0), ("ann", 140, 71)], WakeUps(node));
    }

    private static Instant At(double day) => Instant.FromDateTimeOffset(Day0.AddDays(day));

    private static void Set(TestNode node, double day) => node.Clock.SetUtcNow(Day0.AddDays(day));

    private static Task<RecordOutcome> SendAsync(TestNode node, string contact, double day)
    {
        Set(node, day);
        return node.SendAsync(TestSignals.Of($"{contact} {day}", contact, "s", Day0.AddDays(day)));
    }

    private static Task<List<(string Contact, double At, double Since)>> ToldAsync(TestNode node, params (string, double, double)[] expected) =>
        NodeQuestions.EventuallyAsync(() => Task.FromResult(WakeUps(node)), told => told.SequenceEqual(expected));

    private static List<(string Contact, double At, double Since)> WakeUps(TestNode node) =>
        [.. Entries(node).Select(entry => (entry.GrainId, DayOf(entry.Reactivated.AtTicks), DayOf(entry.Reactivated.DormantSinceTicks)))];

    private static double DayOf(long ticks) => new TimeSpan(ticks - At(0).Ticks).TotalDays;

    private static List<Entry> Entries(TestNode node) =>
        [.. StoredEntries.Of(node.Journal)
            .Where(entry => entry.BodyCase == Entry.BodyOneofCase.Reactivated && entry.Kind == Journal.V1.GrainKind.Contact)
            .OrderBy(entry => entry.ReceivedAtTicks)];

    private static IAsyncEnumerator<ChangeNotice> Watch(TestNode node, bool fromStart) => node.Client
        .WatchChangesAsync(Workspaces.Default, new ChangeFilter { Types = new HashSet<ChangeType> { ChangeType.WakeUp } }, "", fromStart, TestContext.Current.CancellationToken)
        .GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private static async Task<ChangeNotice> NextAsync(IAsyncEnumerator<ChangeNotice> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return watch.Current;
    }
}
