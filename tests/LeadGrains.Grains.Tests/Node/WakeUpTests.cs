using LeadGrains.Grains.Ranking;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

public sealed class WakeUpTests
{
    private const string Rules = """
        name: sleepers
        groups: {g: {half_life: 20d}}
        rules: [{name: r, label: R, signal: s, group: g, points: 10}]
        """;

    private static readonly ScoringModel Model = ModelReader.Read(Rules + "\ndormant_after: 60d").Model!;

    private static readonly DateTimeOffset Day0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Ann is seen on day 0, Bob on days 10 and 100, so the company, last seen on day 10, sleeps from day 70 and wakes on
    // day 100. Ann comes on day 120, when nobody but she has slept.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dormant_WhenALeadComesBack_WakesItsCompanyOnce(bool stopsInOrder)
    {
        var node = await TestNode.StartAsync(Model);
        await SendAsync(node, "ann", 0);
        await SendAsync(node, "bob", 10);
        Set(node, 69.9);
        Assert.Equal(["ann"], await DormantAsync(node, GrainKind.Contact));
        Assert.Empty(await DormantAsync(node, GrainKind.Account));
        Set(node, 70);
        Assert.Equal(["ann", "bob"], await DormantAsync(node, GrainKind.Contact));
        Assert.Equal(["acme"], await DormantAsync(node, GrainKind.Account));
        Assert.True((await node.AccountAsync("acme"))!.Dormant);
        Assert.Null((await node.AccountAsync("acme"))!.WokeUpAt);

        await SendAsync(node, "bob", 100);
        Assert.Equal(At(100), (await node.ContactAsync("bob"))!.WokeUpAt);
        await NodeQuestions.EventuallyAsync(() => node.AccountAsync("acme"), account => account!.WokeUpAt == At(100));
        Assert.False((await node.AccountAsync("acme"))!.Dormant);

        await using var next = stopsInOrder ? await node.RestartAsync() : await node.CrashAndRestartAsync();
        await SendAsync(next, "ann", 120);
        await next.SendAsync(TestSignals.Of("late", "cem", "s", Day0.AddDays(40), account: "acme"));
        Assert.Equal(At(120), (await next.ContactAsync("ann"))!.WokeUpAt);
        Assert.Null((await next.ContactAsync("cem"))!.WokeUpAt);
        Assert.Equal(At(100), (await next.ContactAsync("bob"))!.WokeUpAt);
        Assert.Equal(At(100), (await next.AccountAsync("acme"))!.WokeUpAt);
        Assert.Equal([(At(100).Ticks, At(10).Ticks)], WakeUps(next));
    }

    // The process died before the wake-up was journalled: the signals alone tell it after the start, and only once.
    [Fact]
    public async Task Account_WhenACrashCameBetween_IsKnownToHaveWokenAfterTheStart()
    {
        var before = await TestNode.StartAsync(ModelReader.Read(Rules).Model);
        await SendAsync(before, "ann", 0);
        await SendAsync(before, "bob", 90);
        Assert.Empty(WakeUps(before));
        var (journal, store) = (before.Journal.Crash(), before.Store.Crash());
        before.Node.Abort();

        var node = await TestNode.StartAsync(journal, store, Model, before.Clock, before.Options, served: new ServedModels(1, Model));
        await NodeQuestions.EventuallyAsync(() => node.AccountAsync("acme"), account => account!.WokeUpAt == At(90));
        await using var next = await node.RestartAsync();
        await SendAsync(next, "bob", 91);
        Assert.Equal([(At(90).Ticks, At(0).Ticks)], WakeUps(next));
    }

    [Fact]
    public async Task Account_WhenItsOwnSignalComesAfterADormantTime_WakesUp()
    {
        await using var node = await TestNode.StartAsync(Model);
        await SendAsync(node, "ann", 0);
        Set(node, 80);
        var own = TestSignals.Of("own", "", "s", Day0.AddDays(80), account: "acme");
        await node.SendAsync(own);

        await NodeQuestions.EventuallyAsync(() => node.AccountAsync("acme"), account => account!.WokeUpAt == At(80));
        Assert.Null((await node.ContactAsync("ann"))!.WokeUpAt);
    }

    // Ann's days 0, 50 and 100 kept the company awake; she moves to another on day 110, and what is left is Bob's silence
    // from day 10 to day 105.
    [Fact]
    public async Task Account_WhenWhoKeptItAwakeLeaves_IsWhatItsOtherContactsMakeOfIt()
    {
        await using var node = await TestNode.StartAsync(Model);
        await SendAsync(node, "ann", 0);
        await SendAsync(node, "bob", 10);
        await SendAsync(node, "ann", 50);
        await SendAsync(node, "ann", 100);
        await SendAsync(node, "bob", 105);
        Assert.Null((await node.AccountAsync("acme"))!.WokeUpAt);

        Set(node, 110);
        await node.UpsertAsync(new ContactUpsert(0, "ann", null, "other", []));

        await NodeQuestions.EventuallyAsync(() => node.AccountAsync("acme"), account => account!.WokeUpAt == At(105));
        Assert.Null((await node.AccountAsync("other"))!.WokeUpAt);
    }

    [Theory]
    [InlineData("s", false)]
    [InlineData("s", true)]
    [InlineData("a type that no rule names", false)]
    [InlineData("a type that no rule names", true)]
    public async Task Dormant_WhenAScannerComes_StaysAsleep(string type, bool isAccounts)
    {
        var model = ModelReader.Read(Rules + "\ndormant_after: 60d\nmachines: {user_agents: {add: [scanbot]}}").Model!;
        await using var node = await TestNode.StartAsync(model);
        await SendAsync(node, "ann", 0);
        Set(node, 100);
        var agent = new Dictionary<string, string> { ["user_agent"] = "scanbot/1.0" };
        await node.SendAsync(TestSignals.Of("scan", isAccounts ? "" : "ann", type, Day0.AddDays(100), account: "acme", attributes: agent));

        var ann = (await node.ContactAsync("ann"))!;
        Assert.Equal((true, null, At(0), isAccounts ? 1ul : 2ul), (ann.Dormant, ann.WokeUpAt, ann.LastSignalAt, ann.SignalCount));
        var acme = (await node.AccountAsync("acme"))!;
        Assert.Equal((true, null, At(0)), (acme.Dormant, acme.WokeUpAt, acme.LastSignalAt));

        await SendAsync(node, "ann", 101);
        Assert.Equal(At(101), (await node.ContactAsync("ann"))!.WokeUpAt);
        await NodeQuestions.EventuallyAsync(() => node.AccountAsync("acme"), account => account!.WokeUpAt == At(101));
    }

    [Fact]
    public async Task Dormant_WhenTheModelDoesNotSay_IsNobody()
    {
        await using var node = await TestNode.StartAsync(ModelReader.Read(Rules).Model);
        await SendAsync(node, "ann", 0);
        Set(node, 3000);
        Assert.Empty(await DormantAsync(node, GrainKind.Contact));
        Assert.False((await node.ContactAsync("ann"))!.Dormant);
    }

    private static Instant At(double day) => Instant.FromDateTimeOffset(Day0.AddDays(day));

    private static void Set(TestNode node, double day) => node.Clock.SetUtcNow(Day0.AddDays(day));

    private static Task<RecordOutcome> SendAsync(TestNode node, string contact, double day)
    {
        Set(node, day);
        return node.SendAsync(TestSignals.Of($"{contact} {day}", contact, "s", Day0.AddDays(day), account: "acme"));
    }

    private static async Task<List<string>> DormantAsync(TestNode node, GrainKind kind)
    {
        var filter = new RankFilter { Dormant = true };
        var page = await node.Client.RankAsync(Workspaces.Default, kind, filter, RankBy.Total, 10, "", CancellationToken.None);
        Assert.All(page.Grains, grain => Assert.True(grain.Dormant));
        Assert.Equal((ulong)page.Grains.Count, page.Matching);
        return [.. page.Grains.Select(grain => grain.Id).Order()];
    }

    private static List<(long At, long Since)> WakeUps(TestNode node) =>
        [.. StoredEntries.Of(node.Journal)
            .Where(entry => entry.BodyCase == Entry.BodyOneofCase.Reactivated && entry.Kind == Journal.V1.GrainKind.Account)
            .Select(entry => (entry.Reactivated.AtTicks, entry.Reactivated.DormantSinceTicks))];
}
