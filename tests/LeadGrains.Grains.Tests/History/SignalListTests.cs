using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Client.Merges;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.History;

public sealed class SignalListTests
{
    private const string Model = """
        name: listed
        groups: {web: {half_life: 7d}}
        machines: {user_agents: {add: [scanbot]}}
        rules:
          - {name: view, label: View, signal: viewed, group: web, points: 1, per_day: 2}
          - {name: pricing, label: Pricing, signal: viewed, when: {url: {contains: pricing}}, group: web, points: 5}
          - {name: demo, label: Demo, signal: demo, when: {kind: {equals: live}}, group: web, points: 9}
          - {name: rating, label: Rating, signal: rated, latest: true, scale: {attribute: stars, from: 0, to: 5}, group: web, points: 10}
          - {name: click, label: Click, signal: clicked, when: {url: {contains: pricing}}, group: web, points: 1}
          - {name: often, label: Often, signal: clicked, group: web, points: 4, count: 3, within: 7d}
          - {name: then, label: Then, sequence: [asked, answered], within: 7d, group: web, points: 4}
        """;

    private static readonly DateTimeOffset Day = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task ListSignals_WhenRulesDiffer_SaysWhatBecameOfEach()
    {
        await using var node = await StartAsync();
        await node.SendAsync(TestSignals.Of("1", "ada", "viewed", Day));
        await node.SendAsync(TestSignals.Of("1", "ada", "viewed", Day));
        await node.SendAsync(TestSignals.Of("2", "ada", "viewed", Day, attributes: Url("/pricing")));
        await node.SendAsync(TestSignals.Of("3", "ada", "viewed", Day, attributes: Url("/pricing")));
        await node.SendAsync(TestSignals.Of("4", "ada", "viewed", Day));
        await node.SendAsync(TestSignals.Of("5", "ada", "demo", Day));
        await node.SendAsync(TestSignals.Of("6", "ada", "slept", Day));

        var page = await ListAsync(node, "ada");

        Assert.Equal("", page.NextPageToken);
        Assert.Equal(
            [
                ("6", SignalOutcome.NoRule, "", "no rule looks at this type of signal"),
                ("5", SignalOutcome.NoMatch, "", "no rule's conditions hold"),
                ("4", SignalOutcome.Limited, "", "view: over the daily limit of 2"),
                ("3", SignalOutcome.Counted, "pricing", "view: over the daily limit of 2"),
                ("2", SignalOutcome.Counted, "view pricing", ""),
                ("1", SignalOutcome.Duplicate, "", "recorded before"),
                ("1", SignalOutcome.Counted, "view", ""),
            ],
            page.Signals.Select(Told));
        Assert.All(page.Signals, signal => Assert.Equal(Instant.FromDateTimeOffset(Day.AddHours(1)), signal.ReceivedAt));
    }

    [Fact]
    public async Task ListSignals_WhenALaterSignalTakesTheirPlace_SaysSoOfTheEarlierOnes()
    {
        await using var node = await StartAsync();
        await node.SendAsync(TestSignals.Of("1", "ada", "rated", Day, attributes: new Dictionary<string, string> { ["stars"] = "4" }));
        await node.SendAsync(TestSignals.Of("2", "ada", "rated", Day.AddMinutes(1), attributes: new Dictionary<string, string> { ["stars"] = "2" }));

        var page = await ListAsync(node, "ada");

        Assert.Equal(
            [("2", SignalOutcome.Counted, "rating", ""), ("1", SignalOutcome.Limited, "", "rating: replaced: only the newest counts")],
            page.Signals.Select(Told));
    }

    [Fact]
    public async Task ListSignals_WhenAScannerCameAtTheInstantOfTheOneReplaced_SaysThatItWasAScanner()
    {
        await using var node = await StartAsync();
        await node.SendAsync(TestSignals.Of("1", "ada", "rated", Day, attributes: new Dictionary<string, string> { ["stars"] = "4" }));
        await node.SendAsync(TestSignals.Of(
            "scan", "ada", "rated", Day, attributes: new Dictionary<string, string> { ["stars"] = "5", ["user_agent"] = "scanbot" }));
        await node.SendAsync(TestSignals.Of("2", "ada", "rated", Day.AddMinutes(1), attributes: new Dictionary<string, string> { ["stars"] = "2" }));

        var page = await ListAsync(node, "ada");

        Assert.Equal([SignalOutcome.Counted, SignalOutcome.Machine, SignalOutcome.Limited], page.Signals.Select(signal => signal.Finding.Outcome));
        Assert.Equal("a machine, by its user agent", page.Signals[1].Finding.Reason);
    }

    [Fact]
    public async Task ListSignals_WhenARuleNeedsMoreSignals_SaysThatTheyWaitUntilAnAwardHasUsedThem()
    {
        const string Often = "often: waiting for others: each 3 within 7d";
        await using var node = await StartAsync();
        await node.SendAsync(
            TestSignals.Of("1", "ada", "clicked", Day.AddDays(-3)),
            TestSignals.Of("2", "ada", "clicked", Day.AddDays(-2), attributes: Url("/pricing")),
            TestSignals.Of("asked", "ada", "asked", Day.AddDays(-1)));

        Assert.Equal(
            [
                ("asked", SignalOutcome.Waiting, "", "then: waiting for others: asked, then answered, within 7d"),
                ("2", SignalOutcome.Counted, "click", Often),
                ("1", SignalOutcome.Waiting, "", Often),
            ],
            (await ListAsync(node, "ada")).Signals.Select(Told));

        await node.SendAsync(
            TestSignals.Of("3", "ada", "clicked", Day.AddHours(-2)),
            TestSignals.Of("4", "ada", "clicked", Day.AddHours(-1)),
            TestSignals.Of("answered", "ada", "answered", Day));

        Assert.Equal(
            [
                ("answered", SignalOutcome.Counted, "then", ""),
                ("4", SignalOutcome.Waiting, "", Often),
                ("3", SignalOutcome.Counted, "often", ""),
                ("asked", SignalOutcome.Counted, "then", ""),
                ("2", SignalOutcome.Counted, "click often", ""),
                ("1", SignalOutcome.Counted, "often", ""),
            ],
            (await ListAsync(node, "ada")).Signals.Select(Told));
    }

    [Fact]
    public async Task ListSignals_WhenPagedWhileMoreComes_ShowsEachOnceAcrossARestart()
    {
        var node = await StartAsync();
        for (var i = 0; i < 25; i++)
            await node.SendAsync(TestSignals.Of($"{i}", "ada", "viewed", Day), TestSignals.Of($"{i}", "bob", "viewed", Day));

        var ids = new List<string>();
        var token = "";
        do
        {
            var page = await ListAsync(node, "ada", token, size: 4);
            ids.AddRange(page.Signals.Select(signal => V1.Signal.Parser.ParseFrom(signal.Signal.Span).Id));
            token = page.NextPageToken;
            await node.SendAsync(TestSignals.Of($"late{ids.Count}", "ada", "viewed", Day));
            node = await node.RestartAsync();
        }
        while (token.Length > 0);

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"{i}"), ids);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task ListSignals_WhenMerged_ListsThoseOfBoth()
    {
        await using var node = await StartAsync();
        await node.SendAsync(TestSignals.Of("a", "anonymous", "viewed", Day), TestSignals.Of("both", "anonymous", "viewed", Day));
        await node.SendAsync(TestSignals.Of("k", "known", "demo", Day), TestSignals.Of("both", "known", "viewed", Day));
        await node.MergeAsync("anonymous", "known");

        var page = await ListAsync(node, "anonymous");

        Assert.Equal(
            [
                ("both", SignalOutcome.Duplicate, "", "recorded before"),
                ("a", SignalOutcome.Counted, "view", ""),
                ("both", SignalOutcome.Counted, "view", ""),
                ("k", SignalOutcome.NoMatch, "", "no rule's conditions hold"),
            ],
            page.Signals.Select(Told));
        var first = await ListAsync(node, "known", size: 1);
        var second = await ListAsync(node, "known", first.NextPageToken, size: 1);
        Assert.Equal(("a", SignalOutcome.Counted, "view", ""), Told(second.Signals.Single()));
    }

    [Fact]
    public async Task ListSignals_WhenTheTokenIsFaultyOrAnothersContacts_IsRefused()
    {
        await using var node = await StartAsync();
        foreach (var contact in new[] { "ada", "bob" })
            await node.SendAsync(TestSignals.Of("1", contact, "viewed", Day), TestSignals.Of("2", contact, "viewed", Day));
        var token = (await ListAsync(node, "ada", size: 1)).NextPageToken;

        await Assert.ThrowsAsync<PageTokenException>(() => ListAsync(node, "bob", token));
        await Assert.ThrowsAsync<PageTokenException>(() => ListAsync(node, "ada", token[..^1]));
        await Assert.ThrowsAsync<PageTokenException>(() => ListAsync(node, "ada", "?"));
        Assert.Null(await node.Client.ListSignalsAsync(Workspaces.Default, "nobody", 10, "", CancellationToken.None));
    }

    private static Task<TestNode> StartAsync() =>
        TestNode.StartAsync(ModelReader.Read(Model).Model!, new ManualClock(Day.AddHours(1)));

    private static async Task<SignalsPage> ListAsync(TestNode node, string id, string token = "", int size = 100) =>
        (await node.Client.ListSignalsAsync(Workspaces.Default, id, size, token, CancellationToken.None))!;

    private static (string, SignalOutcome, string, string) Told(RecordedSignalView signal) => (
        V1.Signal.Parser.ParseFrom(signal.Signal.Span).Id, signal.Finding.Outcome, string.Join(' ', signal.Finding.Rules), signal.Finding.Reason);

    private static Dictionary<string, string> Url(string url) => new() { ["url"] = url };
}
