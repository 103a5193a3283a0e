using LeadGrains.Grains.Parents;
using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

public sealed class ParentTests
{
    private const string Yaml = """
        name: parents
        total: {fit: 0, intent: 1}
        intent: {half_point: 20}
        groups: {g: {half_life: 10d}}
        rules: [{name: r, label: R, signal: s, group: g, points: 8}, {name: own, label: Own, signal: own, group: g, points: 4}]
        roles: [{name: chief, trait: title, contains: chief, weight: 2}]
        account: {engaged_half_life: 10d, breadth: {step: 0.25, max: 2}, parent_share: SHARE}
        stages:
          contact: []
          account: [{name: aware}, {name: mqa, total: {enter: 45, leave: 40}}]
        """;

    // The child's side: 2 · 8 of its chief, 8 of its clerk and 4 of its own are 28, without its breadth of 1.25, by which
    // it has 1.25 · 24 + 4 = 34 itself. The group: 8 of its only contact, 4 of its own and 0.25 · 28 = 7.
    [Fact]
    public async Task Parent_WhenASubsidiaryHasPoints_GetsTheShareOfThem()
    {
        await using var node = await StartAsync();
        await FillAsync(node);

        await PointsAsync(node, "group", 19);
        Assert.Equal(34, (await node.AccountAsync("child"))!.Score.IntentPoints, 9);
        var group = await node.AccountAsync("group");
        Assert.Equal((1u, 1.0, 19.0), (group!.ContactCount, Math.Round(group.EngagedContacts, 9), group.Score.Velocity));
        Assert.Equal(("group", ""), ((await node.AccountAsync("child"))!.ParentAccountId, group.ParentAccountId));
        Assert.Equal([("child", 34.0), ("group", 19.0)], (await node.RankAsync(GrainKind.Account)).Select(Figures));

        var explained = await ExplainAsync(node, "group");
        Assert.Equal(19, explained.Parts.Where(part => part.Dimension == Dimension.Intent).Sum(part => part.Points), 9);
        var part = Assert.Single(explained.Parts, part => part.Rule == ScorePart.Subsidiary);
        Assert.Equal(("Share of child", 7.0, ""), (part.Label, Math.Round(part.Points, 9), part.ContactId));
        var contacts = await node.Client.ListAccountContactsAsync(Workspaces.Default, "group", 10, "", CancellationToken.None);
        Assert.Equal(["boss"], contacts!.Contacts.Select(contact => contact.ContactId));

        // One half-life later all is half, and nobody is engaged enough for breadth: 4 + 2 + 3.5.
        node.Clock.Advance(TimeSpan.FromDays(10));
        Assert.Equal(9.5, (await node.AccountAsync("group"))!.Score.IntentPoints, 9);
        explained = await ExplainAsync(node, "group");
        Assert.Equal(9.5, explained.Parts.Where(part => part.Dimension == Dimension.Intent).Sum(part => part.Points), 9);
    }

    [Fact]
    public async Task Parent_WhenASubsidiarysSignalIsTheNewest_IsShownWithIt()
    {
        await using var node = await StartAsync();
        await FillAsync(node);
        node.Clock.Advance(TimeSpan.FromDays(10));
        var later = node.Client.Now();

        await SignalAsync(node, "clerk");

        await PointsAsync(node, "group", 9.5 + 2);
        Assert.Equal(later, (await node.AccountAsync("group"))!.LastSignalAt);
        await ParentAsync(node, "child", AccountUpsert.NoParent);
        await PointsAsync(node, "group", 6);
        Assert.Equal(later + TimeSpan.FromDays(-10), (await node.AccountAsync("group"))!.LastSignalAt);
        Assert.Equal("", (await node.AccountAsync("child"))!.ParentAccountId);
    }

    [Fact]
    public async Task Parent_WhenASubsidiaryGoesToAnother_GivesItsShareThere()
    {
        await using var node = await StartAsync();
        await FillAsync(node);
        await PointsAsync(node, "group", 19);

        await ParentAsync(node, "child", "holding");

        await PointsAsync(node, "holding", 7);
        await PointsAsync(node, "group", 12);
        Assert.DoesNotContain((await ExplainAsync(node, "group")).Parts, part => part.Rule == ScorePart.Subsidiary);
        await ParentAsync(node, "child", "group");
        await PointsAsync(node, "group", 19);
    }

    // Remembered at the time, and told again after all has changed: by the journal.
    [Fact]
    public async Task Explain_WhenAskedForThePast_CountsTheSubsidiariesOfThatTime()
    {
        await using var node = await StartAsync();
        await FillAsync(node);
        await PointsAsync(node, "group", 19);
        node.Clock.Advance(TimeSpan.FromDays(10));
        var then = node.Client.Now();
        node.Clock.Advance(TimeSpan.FromDays(1));
        await SignalAsync(node, "clerk");
        await PointsAsync(node, "group", (9.5 * Math.Pow(2, -0.1)) + 2);
        Assert.Equal([("Share of child", 3.5)], await SharesAtAsync(node, "group", then, 9.5));

        await ParentAsync(node, "child", "holding");
        await ParentAsync(node, "holding", "group");
        await PointsAsync(node, "group", 6 * Math.Pow(2, -0.1));

        Assert.Equal([("Share of child", 3.5)], await SharesAtAsync(node, "group", then, 9.5));
        Assert.Equal([], await SharesAtAsync(node, "child", then, 14));
    }

    // Nobody upserted it, and no contact is in it: it is there while it has a subsidiary.
    [Fact]
    public async Task Parent_WhenOnlySubsidiariesNameIt_IsThereWhileTheyDo()
    {
        await using var node = await StartAsync();
        await FillAsync(node);
        await ParentAsync(node, "child", "holding");
        await PointsAsync(node, "holding", 7);
        Assert.Contains(await node.RankAsync(GrainKind.Account), row => row.Id == "holding");

        await ParentAsync(node, "child", "-");

        await NodeQuestions.EventuallyAsync(() => node.AccountAsync("holding"), account => account is null);
        Assert.DoesNotContain(await node.RankAsync(GrainKind.Account), row => row.Id == "holding");
    }

    // a and b are parts of each other, and c is a part of b. What b gets of c does not go on to a.
    [Fact]
    public async Task Parents_WhenTheyFormACircle_EachGetOneShareOnly()
    {
        await using var node = await StartAsync();
        foreach (var id in new[] { "a", "b", "c" })
        {
            await BelongAsync(node, $"of {id}", id, "Clerk");
            await SignalAsync(node, $"of {id}");
        }

        await ParentAsync(node, "a", "b");
        await ParentAsync(node, "b", "a");
        await ParentAsync(node, "c", "b");

        await PointsAsync(node, "a", 8 + 2);
        await PointsAsync(node, "b", 8 + 2 + 2);
        await SignalAsync(node, "of a");
        await PointsAsync(node, "b", 8 + 4 + 2);
        await PointsAsync(node, "a", 16 + 2);
        Assert.Equal(8, (await node.AccountAsync("c"))!.Score.IntentPoints, 9);
    }

    // No account is ranked, or looked at for its stage, before its subsidiaries have told what they have.
    [Fact]
    public async Task Parent_WhenTheNodeStartsAgain_HasItsShareFromTheFirstMoment()
    {
        var node = await StartAsync();
        await FillAsync(node);
        await PointsAsync(node, "group", 19);
        await NodeQuestions.EventuallyAsync(() => node.AccountAsync("group"), account => account!.Score.Stage == "mqa");
        node = await node.RestartAsync();
        Assert.Equal(19, (await node.AccountAsync("group"))!.Score.IntentPoints, 9);
        var entries = node.Journal.EntryCount;

        node = await node.CrashAndRestartAsync();

        await using (node)
        {
            Assert.Equal(19, (await node.AccountAsync("group"))!.Score.IntentPoints, 9);
            Assert.Equal(("mqa", "child"), ((await node.AccountAsync("group"))!.Score.Stage, (await node.RankAsync(GrainKind.Account))[0].Id));
            await ParentAsync(node, "child", "-");
            await PointsAsync(node, "group", 12);
            var left = await NodeQuestions.EventuallyAsync(() => node.AccountAsync("group"), account => account!.Score.Stage == "aware");
            Assert.Equal(12, left!.Score.IntentPoints, 9);
            await NodeQuestions.EventuallyAsync(() => Task.FromResult(node.Journal.EntryCount), count => count == entries + 2);
        }
    }

    // Its own row must hold its own points only: what subsidiaries brought comes from them again.
    [Fact]
    public async Task Parent_WhenASubsidiaryLeavesAfterAStart_KeepsItsOwnPoints()
    {
        var node = await StartAsync();
        await FillAsync(node);
        await PointsAsync(node, "group", 19);
        await OwnSignalAsync(node, "group");
        await PointsAsync(node, "group", 23);

        node = await node.RestartAsync();

        await using (node)
        {
            Assert.Equal(23, (await node.AccountAsync("group"))!.Score.IntentPoints, 9);
            await ParentAsync(node, "child", "-");
            await PointsAsync(node, "group", 16);
            Assert.Equal(16, (await node.AccountAsync("group"))!.Score.Velocity, 6);
        }
    }

    [Fact]
    public async Task Parent_WhenSubsidiariesLieInAllPartitions_GetsAllTheirShares()
    {
        await using var node = await TestNode.StartAsync(
            ModelReader.Read(Yaml.Replace("SHARE", "0.5", StringComparison.Ordinal)).Model!, options: new GrainNodeOptions { Loops = 4 }, partitions: 16);
        for (var number = 0; number < 40; number++)
        {
            await BelongAsync(node, $"c{number}", $"firm {number}", "Clerk");
            await ParentAsync(node, $"firm {number}", number % 2 == 0 ? "even" : "odd");
        }

        await node.SendAsync(Enumerable.Range(0, 40).Select(number => TestSignals.Of($"{number}", $"c{number}", "s", node.Clock.GetUtcNow())));

        await PointsAsync(node, "even", 20 * 4);
        await PointsAsync(node, "odd", 20 * 4);
        Assert.Equal(20, (await ExplainAsync(node, "odd")).Parts.Count(part => part.Rule == ScorePart.Subsidiary));
    }

    [Fact]
    public async Task Parent_WhenWhatIsToldItIsRefused_IsToldAgain()
    {
        var clock = new ManualClock();
        var model = ModelReader.Read(Yaml.Replace("SHARE", "0.25", StringComparison.Ordinal)).Model!;
        var router = (RefusingRouter?)null;
        await using var node = await TestNode.StartAsync(
            new InMemoryJournal(8), new InMemoryGrainStore(8), model, clock, new GrainNodeOptions { Loops = 8 },
            inner => router = new RefusingRouter(inner, refusals: 5));
        await FillAsync(node);

        await NodeQuestions.EventuallyAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(1));
                return node.AccountAsync("group");
            },
            group => Math.Abs(group!.Score.IntentPoints - 19) < 1e-3);

        Assert.True(router!.Refused >= 5);
    }

    [Fact]
    public async Task Parent_WhenTheModelGivesNoShare_IsShownOnly()
    {
        await using var node = await StartAsync("0");
        await FillAsync(node);

        Assert.Equal("group", (await node.AccountAsync("child"))!.ParentAccountId);
        Assert.Equal(12, (await node.AccountAsync("group"))!.Score.IntentPoints, 9);
        Assert.DoesNotContain((await ExplainAsync(node, "group")).Parts, part => part.Rule == ScorePart.Subsidiary);
    }

    // Sums are stated anew as the clock passes landmarks, 320 days apart here, the share apart from what is the group's own.
    [Fact]
    public async Task Parent_WhenLandmarksMove_LosesNothing()
    {
        await using var node = await StartAsync();
        await FillAsync(node);
        await PointsAsync(node, "group", 19);
        node.Clock.Advance(TimeSpan.FromDays(100));
        var left = Math.Pow(2, -10);
        Assert.Equal(1, (await node.AccountAsync("group"))!.Score.IntentPoints / (19 * left), 9);
        node.Clock.Advance(TimeSpan.FromDays(300));
        left *= Math.Pow(2, -30);
        Assert.Equal(1, (await node.AccountAsync("group"))!.Score.IntentPoints / (19 * left), 9);

        await OwnSignalAsync(node, "group");

        Assert.Equal(4, (await node.AccountAsync("group"))!.Score.IntentPoints, 6);
        await SignalAsync(node, "clerk");
        await PointsAsync(node, "group", 6);
    }

    // Where parents get nothing, how many there are is of no matter; nor are the subsidiaries of a subsidiary.
    [Theory]
    [InlineData("0", "child")]
    [InlineData("0.25", "group")]
    public async Task Explain_WhenSubsidiariesThatDoNotCountAreMany_TellsThePast(string share, string asked)
    {
        await using var node = await StartAsync(share);
        await FillAsync(node);
        for (var number = 0; number <= Limits.HistorySubsidiaries; number++)
            await ParentAsync(node, $"part {number}", "child");
        var then = node.Client.Now();
        node.Clock.Advance(TimeSpan.FromDays(1));
        await SignalAsync(node, "boss");
        await SignalAsync(node, "clerk");

        var explained = await node.Client.ExplainAccountAsync(Workspaces.Default, asked, then, CancellationToken.None);

        Assert.Equal(asked == "group" ? 19 : 34, explained!.Account.Score.IntentPoints, 6);
    }

    [Fact]
    public async Task Explain_WhenSubsidiariesThatCountAreTooMany_IsRefused()
    {
        await using var node = await StartAsync();
        await FillAsync(node);
        for (var number = 0; number <= Limits.HistorySubsidiaries; number++)
            await ParentAsync(node, $"part {number}", "group");
        node.Clock.Advance(TimeSpan.FromDays(1));
        await SignalAsync(node, "boss");

        await Assert.ThrowsAsync<HistoryTooLongException>(
            () => node.Client.ExplainAccountAsync(Workspaces.Default, "group", node.Client.Now() + TimeSpan.FromMilliseconds(-1), CancellationToken.None));
        Assert.NotNull(await ExplainAsync(node, "group"));
    }

    private static int _lastId;

    private static string NextId() => $"{Interlocked.Increment(ref _lastId)}";

    private static Task<TestNode> StartAsync(string share = "0.25") =>
        TestNode.StartAsync(ModelReader.Read(Yaml.Replace("SHARE", share, StringComparison.Ordinal)).Model!);

    private static async Task FillAsync(TestNode node)
    {
        await ParentAsync(node, "child", "group");
        await BelongAsync(node, "boss", "group", "Clerk");
        await BelongAsync(node, "chief", "child", "Chief");
        await BelongAsync(node, "clerk", "child", "Clerk");
        foreach (var contact in new[] { "boss", "chief", "clerk" })
            await SignalAsync(node, contact);
        await OwnSignalAsync(node, "child");
        await OwnSignalAsync(node, "group");
    }

    private static Task<AccountView?> PointsAsync(TestNode node, string account, double points) => NodeQuestions.EventuallyAsync(
        () => node.AccountAsync(account), found => Math.Abs((found?.Score.IntentPoints ?? 0) - points) < 1e-6);

    private static (string, double) Figures(RankedGrain row) => (row.Id, Math.Round(row.Score.IntentPoints, 9));

    private static async Task<AccountExplanationView> ExplainAsync(TestNode node, string account) =>
        (await node.Client.ExplainAccountAsync(Workspaces.Default, account, null, CancellationToken.None))!;

    private static async Task<List<(string, double)>> SharesAtAsync(TestNode node, string account, Instant at, double points)
    {
        var explained = await node.Client.ExplainAccountAsync(Workspaces.Default, account, at, CancellationToken.None);
        Assert.Equal(points, explained!.Account.Score.IntentPoints, 6);
        Assert.Equal(points, explained.Parts.Where(part => part.Dimension == Dimension.Intent).Sum(part => part.Points), 6);
        return [.. explained.Parts.Where(part => part.Rule == ScorePart.Subsidiary).Select(part => (part.Label, Math.Round(part.Points, 6)))];
    }

    private static Task<UpsertOutcome> ParentAsync(TestNode node, string account, string parent) =>
        node.UpsertAsync(new AccountUpsert(0, account, null, [], []) { ParentAccountId = parent });

    private static Task<UpsertOutcome> BelongAsync(TestNode node, string contact, string account, string title) =>
        node.UpsertAsync(new ContactUpsert(0, contact, null, account, [new TraitEdit("title", TraitValue.Text(title))]));

    private static Task<RecordOutcome> SignalAsync(TestNode node, string contact) =>
        node.SendAsync(TestSignals.Of(NextId(), contact, "s", node.Clock.GetUtcNow()));

    private static Task<RecordOutcome> OwnSignalAsync(TestNode node, string account) =>
        node.SendAsync(TestSignals.Of(NextId(), "", "own", node.Clock.GetUtcNow(), account));

    private sealed class RefusingRouter(IPartitionRouter inner, int refusals) : IPartitionRouter
    {
        private int _refused;

        public int Refused => Volatile.Read(ref _refused);

        public int PartitionCount => inner.PartitionCount;

        public int LaneCount => inner.LaneCount;

        public int LaneOf(int partition) => inner.LaneOf(partition);

        public bool TryPost(int lane, PartitionRequest request) =>
            (request is not ParentDelivery || Interlocked.Increment(ref _refused) > refusals) && inner.TryPost(lane, request);
    }
}
