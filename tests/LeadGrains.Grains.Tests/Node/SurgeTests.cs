using LeadGrains.Grains.Watching;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

public sealed class SurgeTests
{
    private const string Rules = """
        name: risers
        groups: {g: {half_life: 20d}}
        rules: [{name: r, label: R, signal: s, group: g, points: 10}]
        """;

    private static readonly ScoringModel Model = ModelReader.Read(Rules + "\naccount: {surge: {points: 30, ratio: 2}}\ndormant_after: 60d").Model!;

    private static readonly DateTimeOffset Day0 = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    // Three signals on day 0 are 30 points after none: a surge. More of them on day 1 are the same surge. From day 10 on
    // the week has nothing, so it is over; three on day 30 are the next one.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Surge_WhenPointsRiseTwice_IsJournalledTwiceWithItsEndsBetween(bool stopsInOrder)
    {
        var node = await TestNode.StartAsync(Model);
        await SendAsync(node, 0, 3);
        await SurgesAsync(node, count: 1);
        await SendAsync(node, 1, 3);
        await TickAsync(node);

        node = stopsInOrder ? await node.RestartAsync() : await node.CrashAndRestartAsync();
        await TickAsync(node);
        Assert.Single(Surges(node));
        node.Clock.SetUtcNow(Day0.AddDays(10));
        await SurgesAsync(node, count: 2);

        await using var next = stopsInOrder ? await node.RestartAsync() : await node.CrashAndRestartAsync();
        await SendAsync(next, 30, 3);
        await SurgesAsync(next, count: 3);
        Assert.Equal([false, true, false], Surges(next).Select(surge => surge.Ended));
        Assert.Equal((30, 0), (Surges(next)[2].Gained, Surges(next)[2].Before));
        Assert.True((await next.AccountAsync("acme"))!.Surging);
    }

    // Before its entry is journalled the process dies: the signals alone tell it after the start, and only once.
    [Fact]
    public async Task Surge_WhenACrashCameBetween_IsJournalledAfterTheStart()
    {
        var before = await TestNode.StartAsync(ModelReader.Read(Rules).Model);
        await SendAsync(before, 0, 3);
        await TickAsync(before);
        Assert.Empty(Surges(before));
        var (journal, store) = (before.Journal.Crash(), before.Store.Crash());
        before.Node.Abort();

        var node = await TestNode.StartAsync(journal, store, Model, before.Clock, before.Options, served: new ServedModels(1, Model));
        await SurgesAsync(node, count: 1);
        await using var next = await node.RestartAsync();
        await TickAsync(next);
        Assert.Single(Surges(next));
    }

    // The 20 points of day 9 are not twice those of days 0 and 1; once day 0 has left the two weeks, they are.
    [Fact]
    public async Task Surge_WhenOnlyADayBegins_IsNoticed()
    {
        var model = ModelReader.Read(Rules + "\naccount: {surge: {points: 20, ratio: 2}}").Model!;
        await using var node = await TestNode.StartAsync(model);
        await SendAsync(node, 0, 1);
        await SendAsync(node, 1, 1);
        await SurgesAsync(node, count: 1);
        await SendAsync(node, 9, 2);
        await SurgesAsync(node, count: 2);
        await TickAsync(node);
        Assert.Equal([false, true], Surges(node).Select(surge => surge.Ended));

        node.Clock.SetUtcNow(Day0.AddDays(14));
        await SurgesAsync(node, count: 3);
        Assert.Equal((20, 10), (Surges(node)[2].Gained, Surges(node)[2].Before));
    }

    // What watchers are told live is what the journal tells later, wake-ups and stages beside surges, each once.
    [Fact]
    public async Task Watch_WhenAnAccountWakesUpAndSurges_TellsBothLiveAndFromTheJournal()
    {
        await using var node = await TestNode.StartAsync(Model);
        await SendAsync(node, 0, 1);
        var accounts = new ChangeFilter { Kinds = new HashSet<GrainKind> { GrainKind.Account } };
        await using var live = Watch(node, fromStart: false, accounts);
        Assert.Null((await NextAsync(live)).Change);
        await SendAsync(node, 100, 4);

        var told = new List<GrainChange>();
        while (told.Count < 2)
        {
            await TickAsync(node);
            if ((await NextAsync(live)).Change is { } change)
                told.Add(change);
        }

        var woke = Assert.Single(told.OfType<WokeUp>());
        Assert.Equal((GrainKind.Account, "acme", Ticks(100), Ticks(0)), (woke.Kind, woke.Id, woke.At.Ticks, woke.DormantSince.Ticks));
        var surge = Assert.Single(told.OfType<SurgeBegan>());
        Assert.Equal((GrainKind.Account, "acme", 40.0, 0.0), (surge.Kind, surge.Id, surge.Gained, surge.Before));
        Assert.True(surge.Score is { IntentPoints: > 40, Total: > 0, Grade.Length: > 0, AtTicks: > 0, ModelVersion: 1 }, $"{surge.Score}");
        Assert.Equal(ChangeName.Read(surge.Name), new ChangeName(surge.Partition, surge.Sequence));

        await using var again = Watch(node, fromStart: true, accounts);
        await NextAsync(again);
        Assert.Equal(told, [(await NextAsync(again)).Change!, (await NextAsync(again)).Change!]);
    }

    [Fact]
    public async Task Watch_WhenASortIsNotAskedFor_IsNotToldIt()
    {
        await using var node = await TestNode.StartAsync(Model);
        await SendAsync(node, 0, 1);
        await SendAsync(node, 100, 4);
        await SurgesAsync(node, count: 1);
        await NodeQuestions.EventuallyAsync(() => node.AccountAsync("acme"), account => account!.WokeUpAt is not null);

        await using var watch = Watch(node, fromStart: true, new ChangeFilter { Types = new HashSet<ChangeType> { ChangeType.Surge } });
        await NextAsync(watch);
        Assert.IsType<SurgeBegan>((await NextAsync(watch)).Change);
    }

    [Theory]
    [InlineData("3-1042", true)]
    [InlineData("0-1", true)]
    [InlineData("0-0", false)]
    [InlineData("-1", false)]
    [InlineData("3", false)]
    [InlineData("3-", false)]
    [InlineData("3--1", false)]
    [InlineData("a-1", false)]
    [InlineData("3-1 ", false)]
    [InlineData("99999999999-1", false)]
    public void Read_OfAChangesName_TakesOnlyWhatIsOne(string text, bool isOne) =>
        Assert.Equal(isOne ? text : null, ChangeName.Read(text)?.Text);

    private static long Ticks(double day) => Instant.FromDateTimeOffset(Day0.AddDays(day)).Ticks;

    private static async Task SendAsync(TestNode node, double day, int count)
    {
        var at = Day0.AddDays(day);
        if (at > node.Clock.GetUtcNow())
            node.Clock.SetUtcNow(at);
        await node.SendAsync(Enumerable.Range(0, count).Select(i => TestSignals.Of($"{day} {i}", "ann", "s", at, account: "acme")));
    }

    // Accounts are looked at once a second of the receiving clock.
    private static async Task TickAsync(TestNode node)
    {
        node.Clock.Advance(TimeSpan.FromSeconds(2));
        await node.SendAsync(TestSignals.Of($"tick {node.Clock.GetUtcNow():O}", "nobody", "unknown", node.Clock.GetUtcNow()));
        await Task.Delay(300, TestContext.Current.CancellationToken);
    }

    private static Task<int> SurgesAsync(TestNode node, int count) => NodeQuestions.EventuallyAsync(
        () =>
        {
            node.Clock.Advance(TimeSpan.FromMilliseconds(500));
            return Task.FromResult(Surges(node).Count);
        },
        found => found == count);

    private static List<Surged> Surges(TestNode node) =>
        [.. StoredEntries.Of(node.Journal).Where(entry => entry.BodyCase == Entry.BodyOneofCase.Surged).Select(entry => entry.Surged)];

    private static IAsyncEnumerator<ChangeNotice> Watch(TestNode node, bool fromStart, ChangeFilter? filter = null) => node.Client
        .WatchChangesAsync(Workspaces.Default, filter ?? new ChangeFilter(), "", fromStart, TestContext.Current.CancellationToken)
        .GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private static async Task<ChangeNotice> NextAsync(IAsyncEnumerator<ChangeNotice> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return watch.Current;
    }
}
