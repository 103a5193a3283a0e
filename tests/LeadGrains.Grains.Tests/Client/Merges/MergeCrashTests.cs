using LeadGrains.Grains.Tests.Node;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Client.Merges;

/// <summary>The process dies after each of a merge's appends, told or not, and another one starts.</summary>
public sealed class MergeCrashTests
{
    private const int Signals = 1_200;

    // Started, two parts, finished.
    private const int Appends = 4;

    private static readonly GrainNodeOptions Eager = new() { Loops = 2, CheckpointEntries = 1, ActiveGrains = 2 };

    public static TheoryData<int, bool, bool> Deaths()
    {
        var deaths = new TheoryData<int, bool, bool>();
        for (var appends = 0; appends <= Appends; appends++)
        {
            foreach (var isEager in new[] { false, true })
            {
                deaths.Add(appends, isEager, false);
                deaths.Add(appends, isEager, true);
            }
        }

        return deaths;
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task MergeContacts_WhenTheProcessDiesAfterAnAppend_NothingIsLostAndNothingCountsTwice(int appends, bool isEager, bool survives)
    {
        await using var next = await DieAsync(await StartAsync(isEager), appends, survives);

        await next.MergeAsync("from", "into");

        var contact = await next.ContactAsync("from");
        Assert.Equal(("into", Signals + 2ul), (contact!.Id, contact.SignalCount));
        await AssertAsIfSentToOneAsync(next);
        Assert.Equal(new RecordOutcome(0, 2), await next.SendAsync(Old(next, "0", "from"), Old(next, "y", "into")));
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task MergeContacts_WhenTheProcessDiesAndNobodyAsksAgain_ItIsFinishedAllTheSame(int appends, bool isEager, bool survives)
    {
        var started = appends > 0 || survives;
        await using var next = await DieAsync(await StartAsync(isEager), appends, survives);

        var contact = await NodeQuestions.EventuallyAsync(
            () => next.ContactAsync("from"), found => found!.SignalCount == (started ? Signals + 2ul : Signals));

        Assert.Equal(started ? "into" : "from", contact!.Id);
        if (!started)
            return;
        await NodeQuestions.EventuallyAsync(
            () => Task.FromResult(StoredEntries.Of(next.Journal)), entries => entries.Exists(entry => entry.MergeFinished is not null));
        await AssertAsIfSentToOneAsync(next);
    }

    [Fact]
    public async Task MergeContacts_WhenTheProcessDiesAgainAndAgain_ItComesToAnEnd()
    {
        var node = await StartAsync(isEager: true);
        node = await DieAsync(node, 1, survives: false);
        for (var deaths = 0; deaths < 6; deaths++)
            node = await node.CrashAndRestartAsync(lostWrites: Math.Min(node.Store.UndoableWrites, deaths));

        await node.MergeAsync("from", "into");

        Assert.Equal(Signals + 2ul, (await node.ContactAsync("into"))!.SignalCount);
        await AssertAsIfSentToOneAsync(node);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task MergeContacts_WhenTheServerIsStoppedAndStarted_RedirectsStay()
    {
        var node = await StartAsync(isEager: false);
        await node.MergeAsync("from", "into");
        var before = await node.ContactAsync("into");

        await using var next = await node.RestartAsync();

        Assert.Equal(0, next.Recovery.ReplayedEntries);
        Assert.Equal(2, next.Recovery.Contacts);
        Assert.Equal(before!.Score, (await next.ContactAsync("from"))!.Score);
        Assert.Equal(new RecordOutcome(1, 1), await next.SendAsync(Old(next, "late", "from"), Old(next, "0", "from")));
        Assert.Equal(Signals + 3ul, (await next.ContactAsync("into"))!.SignalCount);
        Assert.Equal(["other", "into"], (await next.RankAsync(GrainKind.Contact)).Select(ranked => ranked.Id).OrderDescending());
    }

    private static async Task<TestNode> StartAsync(bool isEager)
    {
        var node = await TestNode.StartAsync(options: isEager ? Eager : null);
        await node.SendAsync(Old(node, "x", "into", "into@acme.com"), Old(node, "y", "into"), Old(node, "z", "other", "other@rival.com"));
        foreach (var some in Enumerable.Range(0, Signals).Chunk(100))
            await node.SendAsync(some.Select(number => Old(node, $"{number}", "from", "from@rival.com")));
        return node;
    }

    // So many of the merge's appends are on the disk; of the next one it depends.
    private static async Task<TestNode> DieAsync(TestNode node, int appends, bool survives)
    {
        node.Journal.Hold();
        var merging = node.MergeAsync("from", "into");
        for (var committed = 0; committed < appends; committed++)
        {
            await WaitForAppendAsync(node, merging);
            node.Journal.CommitWaiting();
        }

        await WaitForAppendAsync(node, merging);
        var waiting = node.Journal.WaitingCount;
        var next = await node.CrashAndRestartAsync(survives ? Math.Min(1, waiting) : 0);
        Assert.Equal(appends == Appends, merging.IsCompletedSuccessfully);
        return next;
    }

    private static async Task WaitForAppendAsync(TestNode node, Task merging)
    {
        while (node.Journal.WaitingCount == 0 && !merging.IsCompleted)
            await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private static async Task AssertAsIfSentToOneAsync(TestNode node)
    {
        await using var plain = await TestNode.StartAsync(clock: node.Clock);
        await plain.SendAsync(Old(plain, "x", "into", "into@acme.com"), Old(plain, "y", "into"), Old(plain, "z", "other", "other@rival.com"));
        await plain.SendAsync(Enumerable.Range(0, Signals).Select(number => Old(plain, $"{number}", "into", "from@rival.com")));
        var expected = await plain.Client.ExplainContactAsync(Workspaces.Default, "into", null, CancellationToken.None);
        var actual = await node.Client.ExplainContactAsync(Workspaces.Default, "into", null, CancellationToken.None);
        Assert.Equal(expected!.Parts, actual!.Parts);
        Assert.Equal(expected.Contact.Score, actual.Contact.Score);
        foreach (var account in new[] { "acme.com", "rival.com" })
        {
            var (here, there) = (await node.AccountAsync(account), await plain.AccountAsync(account));
            Assert.Equal(there?.ContactCount, here?.ContactCount);
            Assert.Equal(there?.Score.IntentPoints ?? 0, here?.Score.IntentPoints ?? 0, 6);
        }
    }

    private static V1.Signal Old(TestNode node, string id, string contact, string email = "") =>
        TestSignals.Of(id, contact, "demo_requested", node.Clock.GetUtcNow() - TimeSpan.FromDays(1), email: email);
}
