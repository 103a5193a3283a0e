using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

/// <summary>Numbers done by hand, through the whole node.</summary>
public sealed class WorkedNumberTests
{
    private static readonly DateTimeOffset Day0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // Cap 90, half-life 20 d: 40 on day 0, 40 on day 1 and 40 for day 0.5 that comes on day 10. On day 1 the group is
    // 40·2^(-1/20) + 40 + 40·2^(-0.5/20) = 117.96, of which the cap takes 27.96; 90·2^(-9/20) = 65.88 on day 10.
    [Fact]
    public async Task Contact_WhenASignalComesLateUnderACap_TheCapWasTakenAtTheDayItFilled()
    {
        await using var node = await StartAsync("""
            name: cap
            groups: {g: {half_life: 20d, cap: 90}}
            rules: [{name: r, label: R, signal: s, group: g, points: 40}]
            """);
        await node.SendAsync(TestSignals.Of("1", "c", "s", Day0));
        node.Clock.SetUtcNow(Day0.AddDays(1));
        await node.SendAsync(TestSignals.Of("2", "c", "s", Day0.AddDays(1)));
        node.Clock.SetUtcNow(Day0.AddDays(10));

        await node.SendAsync(TestSignals.Of("3", "c", "s", Day0.AddDays(0.5)));

        Assert.Equal(90 * Math.Pow(2, -9.0 / 20), (await node.ContactAsync("c"))!.Score.IntentPoints, 9);
        Assert.Equal(65.9, (await node.ContactAsync("c"))!.Score.IntentPoints, 1);
    }

    // Two rules of 60 make 120; the clamp takes 20 as a part of its own, so that the parts add up to 100.
    [Fact]
    public async Task Contact_WhenFitRulesSumAbove100_FitIs100AndAClipTakesTheRest()
    {
        await using var node = await StartAsync("""
            name: fit
            fit: {contact: [{name: a, label: A, trait: title, equals: vp, points: 60}, {name: b, label: B, trait: region, equals: eu, points: 60}]}
            """);
        await node.UpsertAsync(new ContactUpsert(
            0, "c", null, null, [new TraitEdit("title", TraitValue.Text("VP")), new TraitEdit("region", TraitValue.Text("EU"))]));

        var explained = await node.Client.ExplainContactAsync(Workspaces.Default, "c", null, CancellationToken.None);

        Assert.Equal(100, explained!.Contact.Score.Fit);
        Assert.Equal(-20, Assert.Single(explained.Parts, part => part.Rule == "clip").Points);
        Assert.Equal(100, explained.Parts.Where(part => part.Dimension == Dimension.Fit).Sum(part => part.Points), 9);
    }

    // Total is intent alone: 60 points make 50, which enters; three days of half-life 3 d make 30 points, intent 29.3,
    // below 40, which leaves. At day 1, 47.6 points make intent 42.3: between leave and enter the stage is held.
    [Fact]
    public async Task Stage_WhenBetweenLeaveAndEnter_IsHeldAcrossARestartAndLeftBelow()
    {
        var node = await StartAsync(Ladder);
        await node.SendAsync(TestSignals.Of("1", "c", "s", Day0));
        await NodeQuestions.EventuallyAsync(() => node.ContactAsync("c"), contact => contact!.Score.Stage == "mql");
        node.Clock.SetUtcNow(Day0.AddDays(1));
        await NodeQuestions.EventuallyAsync(() => node.ContactAsync("c"), contact => contact!.Score.Intent < 50);

        await using var next = await node.CrashAndRestartAsync();

        Assert.Equal("mql", (await next.ContactAsync("c"))!.Score.Stage);
        next.Clock.SetUtcNow(Day0.AddDays(3));
        Assert.Equal("nurture", (await next.ContactAsync("c"))!.Score.Stage);
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(StageChanges(next)), changes => changes.Count == 2);
        Assert.Equal([("nurture", "mql"), ("mql", "nurture")], StageChanges(next));
    }

    // Equal totals go by intent points, then by id: b and a are alike, c has less.
    [Fact]
    public async Task Rank_WhenTotalsTie_IdsDecideInOrder()
    {
        await using var node = await StartAsync(Ladder);
        await node.SendAsync(
            TestSignals.Of("1", "x", "s", Day0, "b"), TestSignals.Of("2", "y", "s", Day0, "a"), TestSignals.Of("3", "z", "t", Day0, "c"));

        var ranked = await node.RankAsync(GrainKind.Account);

        Assert.Equal(["a", "b", "c"], ranked.Select(account => account.Id));
        Assert.Equal(ranked[0].Score.Total, ranked[1].Score.Total);
    }

    [Fact]
    public async Task Contact_WhenItMoves_AllItsPointsGoToTheNewAccountAtOnce()
    {
        await using var node = await StartAsync(Ladder);
        await node.SendAsync(TestSignals.Of("1", "c", "s", Day0, "old"), TestSignals.Of("2", "other", "t", Day0, "old"));

        await node.UpsertAsync(new ContactUpsert(0, "c", null, "new", []));

        Assert.Equal(60, (await node.AccountAsync("new"))!.Score.IntentPoints, 9);
        Assert.Equal(6, (await node.AccountAsync("old"))!.Score.IntentPoints, 9);
        Assert.Equal("explicit", (await node.ContactAsync("c"))!.AccountMatch);
    }

    [Fact]
    public async Task Account_WhenItsOnlyContactHasLeft_IsNotFoundAndNotRanked()
    {
        await using var node = await StartAsync(Ladder);
        await node.SendAsync(TestSignals.Of("1", "c", "s", Day0, "old"));

        await node.UpsertAsync(new ContactUpsert(0, "c", null, "new", []));

        Assert.Null(await node.AccountAsync("old"));
        Assert.Equal("new", Assert.Single(await node.RankAsync(GrainKind.Account)).Id);
    }

    private const string Ladder = """
        name: ladder
        total: {fit: 0, intent: 1}
        groups: {g: {half_life: 3d}}
        rules:
          - {name: r, label: R, signal: s, group: g, points: 60}
          - {name: t, label: T, signal: t, group: g, points: 6}
        stages: {contact: [{name: nurture}, {name: mql, total: {enter: 50, leave: 40}}]}
        """;

    private static Task<TestNode> StartAsync(string yaml) => TestNode.StartAsync(
        ModelReader.Read(yaml).Model!, new ManualClock(Day0), new GrainNodeOptions { Loops = 2, SweepInterval = TimeSpan.FromSeconds(1) });

    private static List<(string From, string To)> StageChanges(TestNode node) =>
        [.. StoredEntries.Of(node.Journal)
            .Where(entry => entry.StageChanged is not null)
            .Select(entry => (entry.StageChanged.FromStage, entry.StageChanged.ToStage))];
}
