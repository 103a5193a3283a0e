using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Tests.Client.Merges;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Moves;

/// <summary>Merges that one node has decided when another one is to.</summary>
public sealed class MergeHandOverTests
{
    private const int Partitions = 6;

    // None of them where merges are decided, and each elsewhere.
    private static readonly string From = IdIn(1, GrainKind.Contact), Into = IdIn(2, GrainKind.Contact), Account = IdIn(3, GrainKind.Account);

    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Merge_WhenTheNodeDoesNotKnowThatAnotherDecides_IsNotStarted()
    {
        await using var cluster = await StartAsync();
        await SendAsync(cluster, From, Into);
        // As if node 0 had been paused: it still believes that it has the partition.
        await cluster.AdoptAsync(1, [MergeDesk.Partition]);

        // Nobody waits for the end of its patience but by the clock.
        var merging = cluster[0].MergeAsync(From, Into);
        while (!merging.IsCompleted)
        {
            cluster.Clock.Advance(TimeSpan.FromMilliseconds(200));
            await Task.Delay(1, Token);
        }

        await Assert.ThrowsAsync<PartitionUnavailableException>(() => merging);
        Assert.DoesNotContain(StoredEntries.Of(cluster.Journal), entry => entry.MergeStarted is not null);
        Assert.Equal(Into, (await cluster[1].MergeAsync(From, Into).WaitAsync(AtMost, Token)).Id);
    }

    [Fact]
    public async Task Release_WhenAMergeWaitsForWhatNobodyDrives_LeavesItToTheNextNode()
    {
        await using var cluster = await StartAsync();
        await SendAsync(cluster, From, Into);
        await cluster.ReleaseAsync(PartitionOf(GrainKind.Account, Account));
        var merging = cluster[2].MergeAsync(From, Into);
        await StartedAsync(cluster);

        await cluster.MoveAsync(MergeDesk.Partition, to: 1).WaitAsync(AtMost, Token);

        // Whoever asked is told, or waits at the node that decides now; the merge is finished there either way.
        await cluster.MoveAsync(PartitionOf(GrainKind.Contact, From), to: 1).WaitAsync(AtMost, Token);
        await cluster.AdoptAsync(2, [PartitionOf(GrainKind.Account, Account)]);
        Assert.True(await Record.ExceptionAsync(() => merging.WaitAsync(AtMost, Token)) is null or PartitionUnavailableException);
        await NodeQuestions.EventuallyAsync(() => Task.FromResult(Finished(cluster)), count => count > 0);
        Assert.Equal(2ul, (await cluster[0].ContactAsync(From))!.SignalCount);
        Assert.Equal(1, Finished(cluster));
    }

    [Fact]
    public async Task Merge_WhenAskedAgainAtAnotherNode_WaitsForTheFirst()
    {
        await using var cluster = await StartAsync();
        await SendAsync(cluster, From, Into);
        await cluster.ReleaseAsync(PartitionOf(GrainKind.Account, Account));
        using (var givingUp = new CancellationTokenSource())
        {
            var first = cluster[1].Client.MergeContactsAsync(Workspaces.Default, From, Into, givingUp.Token);
            await StartedAsync(cluster);
            await givingUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        }

        var named = new ContactUpsert(0, Into, null, null, []) { Aliases = [From] };
        Task[] again =
        [
            AskUntilDoneAsync(() => cluster[2].MergeAsync(From, Into)),
            AskUntilDoneAsync(() => cluster[2].Client.UpsertContactsAsync(Workspaces.Default, [named], AckLevel.Recorded, Token)),
        ];
        await Task.Delay(300, Token);
        Assert.DoesNotContain(again, asked => asked.IsCompleted);
        Assert.Equal(0, Finished(cluster));

        await cluster.AdoptAsync(0, [PartitionOf(GrainKind.Account, Account)]);
        await Task.WhenAll(again).WaitAsync(AtMost, Token);
        Assert.Equal(1, Finished(cluster));
    }

    [Fact]
    public void MergeFloor_WhenSomebodyHasAskedSince_TakesNothingOlder()
    {
        var floor = new MergeFloor();
        Assert.True(floor.Takes(new MergeStamp(1, 1)));

        floor.Raise(new MergeStamp(2, 5));
        floor.Raise(new MergeStamp(1, 9));

        Assert.False(floor.Takes(new MergeStamp(1, 10)));
        Assert.False(floor.Takes(new MergeStamp(2, 4)));
        Assert.True(floor.Takes(new MergeStamp(2, 5)));
        Assert.True(floor.Takes(new MergeStamp(3, 1)));
    }

    private static async Task<TestCluster> StartAsync()
    {
        var cluster = await TestCluster.StartAsync(
            ModelReader.Read(Simulator.Model).Model!, new ManualClock(), new GrainNodeOptions { Loops = 2 }, Partitions, nodes: 3);
        await cluster.CompleteAsync();
        return cluster;
    }

    private static Task<RecordOutcome> SendAsync(TestCluster cluster, params string[] contacts) => cluster[0].SendAsync(
        contacts.Select(contact => TestSignals.Of($"of {contact}", contact, "demo", cluster.Clock.GetUtcNow(), Account)));

    private static async Task AskUntilDoneAsync(Func<Task> ask)
    {
        while (true)
        {
            try
            {
                await ask();
                return;
            }
            catch (PartitionUnavailableException)
            {
                await Task.Delay(5, Token);
            }
        }
    }

    private static Task<List<Journal.V1.Entry>> StartedAsync(TestCluster cluster) => NodeQuestions.EventuallyAsync(
        () => Task.FromResult(StoredEntries.Of(cluster.Journal)), entries => entries.Exists(entry => entry.SignalsMerged is not null));

    private static int Finished(TestCluster cluster) => StoredEntries.Of(cluster.Journal).Count(entry => entry.MergeFinished is not null);

    private static string IdIn(int partition, GrainKind kind) =>
        Enumerable.Range(0, 1_000).Select(number => $"id{number}").First(id => PartitionOf(kind, id) == partition);

    private static int PartitionOf(GrainKind kind, string id) =>
        KeyHash.PartitionOf(KeyHash.Of(new GrainKey(Workspaces.Default, kind, id)), Partitions);
}
