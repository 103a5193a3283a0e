using LeadGrains.Grains.Tests.Client.Merges;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Scenarios;

/// <summary>What people in marketing tell of, with the numbers done by hand. Web halves in 5 days, events and disengagement in 20.</summary>
public sealed class WorkedExampleTests : IAsyncLifetime
{
    private const string Model = """
        name: examples
        groups:
          web: {half_life: 5d}
          events: {half_life: 20d}
          off: {half_life: 20d, floor: -20}
        rules:
          - {name: view, label: View, signal: viewed, group: web, points: 2}
          - {name: pricing, label: Pricing, signal: viewed, when: {url: {contains: /pricing}}, group: web, points: 10}
          - {name: pricing_return, label: Came back, signal: viewed, when: {url: {contains: /pricing}}, count: 2, within: 7d, group: web, points: 15}
          - {name: registered, label: Registered, signal: webinar_registered, group: events, points: 8}
          - {name: no_show, label: Did not come, signal: webinar_no_show, group: off, points: -4}
          - {name: unsubscribed, label: Unsubscribed, signal: unsubscribed, group: off, points: -15}
          - {name: click, label: Clicked, signal: clicked, group: web, points: 4}
        machines: {burst: {signals: [clicked], count: 3, within: 10s}}
        dormant_after: 30d
        roles: [{name: decider, trait: title, contains: [vp], weight: 1.5}]
        disqualify:
          - {name: competitor, trait: company, in: [Rival Inc], reason: Competitor}
          - {name: student, trait: title, in: [Student], reason: Student}
        account: {engaged_half_life: 10d, breadth: {step: 0.25, max: 2}}
        """;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private readonly ManualClock _clock = new(Start);
    private TestNode _node = null!;
    private int _nextId;

    public async ValueTask InitializeAsync() => _node = await TestNode.StartAsync(ModelReader.Read(Model).Model!, _clock);

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    // Day 0 registered: 8. Day 20 did not come: 8/2 - 4 = 0. Day 40: 8/4 - 4/2 = 0, of 2 and -2.
    [Fact]
    public async Task WebinarNoShow_WhenSomebodyRegisteredOnly_ComesOutEven()
    {
        await DoAsync("ada", "webinar_registered");
        await ToDayAsync(20);
        await DoAsync("ada", "webinar_no_show");
        await ToDayAsync(40);

        await HasAsync("ada", ("registered", 2), ("no_show", -2));
    }

    // Day 0: 2 + 10. Day 5 again, the second within 7 days: 2 + 10 + 15. Day 10: view 2/4 + 2/2 = 1.5, pricing 10/4 + 10/2 = 7.5, the return 15/2 = 7.5.
    [Fact]
    public async Task PricingReturn_WhenSomebodyComesBackWithinAWeek_CountsTheReturnToo()
    {
        await DoAsync("ada", "viewed", url: "/pricing");
        await ToDayAsync(5);
        await DoAsync("ada", "viewed", url: "/pricing");
        await ToDayAsync(10);

        await HasAsync("ada", ("view", 1.5), ("pricing", 7.5), ("pricing_return", 7.5));
    }

    // Day 0: a view, 2, and two lists left, -30, held up at -20: 10 come back. Day 20: 2/16 = 0.125, -15, +5.
    [Fact]
    public async Task Unsubscribe_WhenSomebodyLeavesTwoLists_IsHeldUpByTheFloor()
    {
        await DoAsync("ada", "viewed");
        await DoAsync("ada", "unsubscribed");
        await DoAsync("ada", "unsubscribed");
        await ToDayAsync(20);

        await HasAsync("ada", ("view", 0.125), ("unsubscribed", -15), ("clip", 5));
        Assert.Equal(0, (await _node.ContactAsync("ada"))!.Score.Intent);
    }

    // Both read the prices, 12 each. The competitor keeps them and brings the account nothing: 12, and not 24 or more.
    [Fact]
    public async Task Competitor_WhenOneReadsThePrices_AddsNothingToTheAccount()
    {
        await DoAsync("ada", "viewed", url: "/pricing", account: "acme");
        await DoAsync("spy", "viewed", url: "/pricing", account: "acme");
        await _node.UpsertAsync(new ContactUpsert(0, "spy", null, null, [new TraitEdit("company", TraitValue.Text("Rival Inc"))]));

        await HasAsync("spy", ("view", 2), ("pricing", 10));
        Assert.Equal("Competitor", (await _node.ContactAsync("spy"))!.DisqualifiedReason);
        Assert.Equal(12, (await _node.AccountAsync("acme"))!.Score.IntentPoints, 9);
    }

    // Day 0: 12 at Acme. Day 5 she is with Globex: 12/2 = 6 there and nothing at Acme, which still had 12 on day 0.
    [Fact]
    public async Task JobChange_WhenSomebodyMoves_TakesTheirPointsAlongAndThePastStays()
    {
        await _node.UpsertAsync(new ContactUpsert(0, "ada", null, "acme", []));
        await DoAsync("ada", "viewed", url: "/pricing");
        var then = _node.Client.Now();
        await ToDayAsync(5);
        await _node.UpsertAsync(new ContactUpsert(0, "ada", null, "globex", []));

        Assert.Equal(6, (await _node.AccountAsync("globex"))!.Score.IntentPoints, 9);
        Assert.Null(await _node.AccountAsync("acme"));
        var past = await _node.Client.ExplainAccountAsync(Workspaces.Default, "acme", then, CancellationToken.None);
        Assert.Equal([("view", "ada", 2.0), ("pricing", "ada", 10.0)], past!.Parts.Select(part => (part.Rule, part.ContactId, Math.Round(part.Points, 9))));
    }

    // A student who reads the prices has 12 points like everybody, and is on no list.
    [Fact]
    public async Task Student_WhenOneReadsThePrices_IsOnNoList()
    {
        await DoAsync("ada", "viewed", url: "/pricing");
        await DoAsync("kim", "viewed", url: "/pricing");
        await _node.UpsertAsync(new ContactUpsert(0, "kim", null, null, [new TraitEdit("title", TraitValue.Text("Student"))]));

        await HasAsync("kim", ("view", 2), ("pricing", 10));
        Assert.Equal(["ada"], (await _node.RankAsync(GrainKind.Contact)).Select(grain => grain.Id));
    }

    // Day 0 a view. Day 40 she is dormant and, a view later, awake: 2 and 2/256, eight half-lives old.
    [Fact]
    public async Task Dormant_WhenALeadWakesUp_SaysSince()
    {
        await DoAsync("ada", "viewed");
        await ToDayAsync(40);
        Assert.True((await _node.ContactAsync("ada"))!.Dormant);
        await DoAsync("ada", "viewed");

        await HasAsync("ada", ("view", 2.0078125));
        var ada = (await _node.ContactAsync("ada"))!;
        Assert.Equal((false, Instant.FromDateTimeOffset(Start.AddDays(40))), (ada.Dormant, ada.WokeUpAt));
    }

    // Two clicks would be 8, the third within 10 seconds makes all three a scanner's: 0 are left, and 2 of the view.
    [Fact]
    public async Task ScannerBurst_WhenManyClicksComeAtOnce_CountsNone()
    {
        await DoAsync("ada", "viewed");
        await DoAsync("ada", "clicked");
        await DoAsync("ada", "clicked");
        await HasAsync("ada", ("view", 2), ("click", 8));
        await DoAsync("ada", "clicked");

        await HasAsync("ada", ("view", 2), ("click", 0));
        var page = (await _node.Client.ListSignalsAsync(Workspaces.Default, "ada", 10, "", CancellationToken.None))!;
        Assert.Equal(
            [SignalOutcome.Machine, SignalOutcome.Machine, SignalOutcome.Machine, SignalOutcome.Counted],
            page.Signals.Select(signal => signal.Finding.Outcome));
        Assert.All(page.Signals.Take(3), signal => Assert.StartsWith("a machine: 3 or more within ", signal.Finding.Reason, StringComparison.Ordinal));
    }

    // 12 of a decider count 18, 12 of somebody else 12. Two are engaged: 1 + 0.25 · (2 - 1) = 1.25, so 30 become 37.5, and breadth is 7.5.
    [Fact]
    public async Task TwoPeople_WhenBothAreOfOneCompany_SayMoreThanOne()
    {
        await _node.UpsertAsync(new ContactUpsert(0, "ada", null, null, [new TraitEdit("title", TraitValue.Text("VP Sales"))]));
        await DoAsync("ada", "viewed", url: "/pricing", account: "acme");
        await DoAsync("bob", "viewed", url: "/pricing", account: "acme");

        var acme = (await _node.Client.ExplainAccountAsync(Workspaces.Default, "acme", null, CancellationToken.None))!;

        Assert.Equal(37.5, acme.Account.Score.IntentPoints, 9);
        Assert.Equal(
            [("pricing", "ada", 15.0), ("view", "ada", 3), ("pricing", "bob", 10), ("view", "bob", 2), ("breadth", "", 7.5)],
            acme.Parts.Select(part => (part.Rule, part.ContactId, Math.Round(part.Points, 9)))
                .OrderBy(part => part.Rule == "breadth").ThenBy(part => part.ContactId).ThenByDescending(part => part.Item3));
    }

    // Day 0 as a stranger: 12. Day 5 as Ada: 12 and, merged, the return's 15. Day 5: view 1 + 2, pricing 5 + 10, the return 15.
    [Fact]
    public async Task Merge_WhenAStrangerTurnsOutToBeKnown_HasTheReturnThatNeitherHad()
    {
        await DoAsync("stranger", "viewed", url: "/pricing");
        await ToDayAsync(5);
        await DoAsync("ada", "viewed", url: "/pricing");
        await HasAsync("ada", ("view", 2), ("pricing", 10), ("pricing_return", 0));

        await _node.MergeAsync("stranger", "ada");

        await HasAsync("ada", ("view", 3), ("pricing", 15), ("pricing_return", 15));
    }

    private Task<RecordOutcome> DoAsync(string contact, string type, string url = "", string account = "") => _node.SendAsync(TestSignals.Of(
        $"{_nextId++}", contact, type, _clock.GetUtcNow(), account: account,
        attributes: url.Length == 0 ? null : new Dictionary<string, string> { ["url"] = url }));

    private Task ToDayAsync(int day)
    {
        _clock.Advance(Start.AddDays(day) - _clock.GetUtcNow());
        return Task.CompletedTask;
    }

    private async Task HasAsync(string contact, params (string Rule, double Points)[] parts)
    {
        var explained = (await _node.Client.ExplainContactAsync(Workspaces.Default, contact, null, CancellationToken.None))!;
        Assert.Equal(parts.Sum(part => part.Points), explained.Contact.Score.IntentPoints, 9);
        foreach (var (rule, points) in parts)
            Assert.Equal(points, explained.Parts.Where(part => part.Rule == rule).Sum(part => part.Points), 9);
    }
}
