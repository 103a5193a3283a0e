using LeadGrains.Grains.Tests.Following;
using LeadGrains.Grains.Watching;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;
using LeadGrains.Testing;
using TraitValue = LeadGrains.Scoring.TraitValue;

namespace LeadGrains.Grains.Tests.Node;

public sealed class ThresholdTests
{
    private const string Rules = """
        name: levels
        total: {fit: 0.5, intent: 0.5}
        intent: {half_point: 10}
        groups: {g: {half_life: 10d}}
        rules: [{name: r, label: R, signal: s, group: g, points: 10}]
        fit: {contact: [{name: boss, label: Boss, trait: title, equals: boss, points: 80}]}
        disqualify: [{name: rival, trait: company, equals: rival, reason: Rival}]
        """;

    private const string Levels = """

        thresholds:
          contact: [{name: fits, fit: {enter: 60}}, {name: warm, intent: {enter: 49, leave: 25}}, {name: hot, total: {enter: 64, leave: 60}}]
          account: [{name: busy, intent: {enter: 70}}]
        """;

    private static readonly ScoringModel Model = ModelReader.Read(Rules + Levels).Model!;
    private static readonly ScoringModel Without = ModelReader.Read(Rules).Model!;
    private static readonly DateTimeOffset Day0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A boss fits with 80; 10 points make an intent of 50 and a total of 65. After 20 days 2.5 points are left: intent 15.9.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Contact_WhenScoresReachAndLeaveLevels_IsToldEachCrossingOnce(bool stopsInOrder)
    {
        var node = await StartAsync(Model);
        await BossAsync(node, "ann");
        await ToldAsync(node, "fits+");
        await SendAsync(node, "ann", 0);
        await ToldAsync(node, "fits+", "warm+", "hot+");

        node = stopsInOrder ? await node.RestartAsync() : await node.CrashAndRestartAsync(lostWrites: node.Store.UndoableWrites);
        await node.SettledAsync();
        node.Clock.SetUtcNow(Day0.AddDays(20));
        await ToldAsync(node, "fits+", "warm+", "hot+", "warm-", "hot-");

        await using var next = stopsInOrder ? await node.RestartAsync() : await node.CrashAndRestartAsync();
        await SendAsync(next, "ann", 20);
        await ToldAsync(next, "fits+", "warm+", "hot+", "warm-", "hot-", "warm+", "hot+");
        await next.SettledAsync();

        var crossings = Crossings(next);
        Assert.Equal(7, crossings.Count);
        var (up, down) = (crossings[1].ThresholdCrossed, crossings[3].ThresholdCrossed);
        Assert.Equal((CrossedScore.Intent, 49.0, 50.0, StageCause.Activity), (up.Of, up.Level, Math.Round(up.Value, 1), up.Cause));
        Assert.Equal((CrossedScore.Intent, 25.0, 15.9, StageCause.Decay), (down.Of, down.Level, Math.Round(down.Value, 1), down.Cause));
        Assert.Equal((CrossedScore.Fit, 80.0), (crossings[0].ThresholdCrossed.Of, crossings[0].ThresholdCrossed.Value));
        Assert.Equal((80, 65), (up.Score.Fit, Math.Round(up.Score.Total, 1)));
    }

    [Fact]
    public async Task Account_WhenItsContactsReachALevel_IsToldUpAndDown()
    {
        await using var node = await StartAsync(Model);
        await SendAsync(node, "ann", 0, "acme");
        await SendAsync(node, "bob", 0, "acme");
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(Told(node, Journal.V1.GrainKind.Account)), told => told.SequenceEqual(["busy+"]));

        node.Clock.SetUtcNow(Day0.AddDays(30));
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(Told(node, Journal.V1.GrainKind.Account)), told => told.SequenceEqual(["busy+", "busy-"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Publish_WhenTheModelBringsThresholds_TellsThoseAboveThemUnlessItIsSilent(bool isSilent)
    {
        await using var node = await StartAsync(Without);
        await SendAsync(node, "ann", 0);
        await node.SettledAsync();
        Assert.Empty(Crossings(node));
        await node.PublishAsync(Model, isSilent);
        await ToldAsync(node, "warm+");
        Assert.Equal((StageCause.Model, isSilent), (Crossings(node)[0].ThresholdCrossed.Cause, Crossings(node)[0].ThresholdCrossed.Silent));

        // What happens from then on has its own cause.
        await BossAsync(node, "ann");
        await ToldAsync(node, "warm+", "fits+", "hot+");
        Assert.All(Crossings(node).Skip(1), crossing => Assert.Equal((StageCause.Activity, false), (crossing.ThresholdCrossed.Cause, crossing.ThresholdCrossed.Silent)));

        // Under another model and back again, what was reached still is.
        await node.PublishAsync(Without);
        await node.PublishAsync(Model);
        await node.SettledAsync();
        Assert.Equal(3, Crossings(node).Count);
    }

    [Fact]
    public async Task Contact_WhileDisqualified_CrossesNothingUntilItIsNot()
    {
        await using var node = await StartAsync(Model);
        await node.UpsertAsync(new ContactUpsert(0, "ann", null, null, [new("company", TraitValue.Text("rival"))]));
        await SendAsync(node, "ann", 0);
        await node.SettledAsync();
        Assert.Empty(Crossings(node));

        await node.UpsertAsync(new ContactUpsert(0, "ann", null, null, [new("company", null)]));
        await ToldAsync(node, "warm+");
    }

    // The cookie has 5 points more than nothing, and Ann as many: together they are warm.
    [Fact]
    public async Task Contact_WhenMerged_IsWhatTheOneThatStaysMakesOfIt()
    {
        await using var node = await StartAsync(ModelReader.Read((Rules + Levels).Replace("half_point: 10}", "half_point: 20}", StringComparison.Ordinal)).Model!);
        await SendAsync(node, "ann", 0);
        await SendAsync(node, "cookie", 0);
        await node.SettledAsync();
        Assert.Empty(Crossings(node));
        await node.Client.MergeContactsAsync(Workspaces.Default, "cookie", "ann", CancellationToken.None);

        await ToldAsync(node, "warm+");
        Assert.Equal("ann", Crossings(node)[0].GrainId);
    }

    [Fact]
    public async Task Watch_WhenOneThresholdIsAskedFor_TellsItLiveAndFromTheJournal()
    {
        await using var node = await StartAsync(Model);
        var filter = new ChangeFilter { Types = new HashSet<ChangeType> { ChangeType.Threshold }, Thresholds = new HashSet<string> { "hot" } };
        await using var live = Watch(node, filter, fromStart: false);
        await NextAsync(live);
        await BossAsync(node, "ann");
        await SendAsync(node, "ann", 0);

        var told = Assert.IsType<ThresholdCrossing>((await NextAsync(live)).Change);
        Assert.Equal((GrainKind.Contact, "ann", "hot", true), (told.Kind, told.Id, told.Crossed.Threshold, told.Crossed.Reached));
        await using var again = Watch(node, filter, fromStart: true);
        await NextAsync(again);
        Assert.Equal(told, (await NextAsync(again)).Change);
    }

    private static Task<TestNode> StartAsync(ScoringModel model) =>
        TestNode.StartAsync(model, new ManualClock(Day0), new GrainNodeOptions { Loops = 1, CheckpointEntries = 3 }, partitions: 2);

    private static Task<UpsertOutcome> BossAsync(TestNode node, string contact) =>
        node.UpsertAsync(new ContactUpsert(0, contact, null, null, [new("title", TraitValue.Text("boss"))]));

    private static Task<RecordOutcome> SendAsync(TestNode node, string contact, double day, string account = "") =>
        node.SendAsync(TestSignals.Of($"{contact} {day}", contact, "s", Day0.AddDays(day), account: account));

    private static Task<List<string>> ToldAsync(TestNode node, params string[] expected) =>
        NodeQuestions.EventuallyAsync(() => Task.FromResult(Told(node, Journal.V1.GrainKind.Contact)), told => told.SequenceEqual(expected));

    private static List<string> Told(TestNode node, Journal.V1.GrainKind kind) =>
        [.. Crossings(node).Where(entry => entry.Kind == kind)
            .Select(entry => entry.ThresholdCrossed.Threshold + (entry.ThresholdCrossed.Reached ? "+" : "-"))];

    private static List<Entry> Crossings(TestNode node) =>
        [.. StoredEntries.Of(node.Journal).Where(entry => entry.BodyCase == Entry.BodyOneofCase.ThresholdCrossed)];

    private static IAsyncEnumerator<ChangeNotice> Watch(TestNode node, ChangeFilter filter, bool fromStart) => node.Client
        .WatchChangesAsync(Workspaces.Default, filter, "", fromStart, TestContext.Current.CancellationToken)
        .GetAsyncEnumerator(TestContext.Current.CancellationToken);

    private static async Task<ChangeNotice> NextAsync(IAsyncEnumerator<ChangeNotice> watch)
    {
        Assert.True(await watch.MoveNextAsync());
        return watch.Current;
    }
}
