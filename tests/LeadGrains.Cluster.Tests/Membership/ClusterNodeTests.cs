using LeadGrains.Cluster.Membership;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Cluster.Tests.Membership;

public sealed class ClusterNodeTests : IAsyncDisposable
{
    private readonly TestCluster _cluster = new();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Start_WhenAlone_DrivesEverything()
    {
        var (_, engine) = await _cluster.StartAsync("a");

        Assert.Equal(TestCluster.Partitions, engine.Driven.Count);
        Assert.All(_cluster.Shared.View.Partitions, holding => Assert.Equal(("a", 1L), (holding.Owner, holding.Epoch)));
        await _cluster.UntilAsync(() => _cluster.Shared.View.Members.Single().State == MemberState.Serving);
    }

    [Fact]
    public async Task Start_WhenOthersAreThere_TakesItsShareAndNoMore()
    {
        var (_, a) = await _cluster.StartAsync("a");
        var (_, b) = await _cluster.StartAsync("b");
        await _cluster.UntilAsync(() => b.Driven.Count == 6);
        var (_, c) = await _cluster.StartAsync("c");
        await _cluster.UntilAsync(() => c.Driven.Count == 4 && a.Driven.Count == 4 && b.Driven.Count == 4);

        Assert.Equal(Enumerable.Range(0, TestCluster.Partitions), a.Driven.Concat(b.Driven).Concat(c.Driven).Order());
        Assert.Equal(8, a.Released.Count);
        Assert.Equal(2, b.Released.Count);
    }

    [Fact]
    public async Task Stop_WhenOthersAreThere_HandsEverythingOverWithoutWaitingForTheLease()
    {
        var (leaving, a) = await _cluster.StartAsync("a");
        var (_, b) = await _cluster.StartAsync("b");
        await _cluster.UntilAsync(() => b.Driven.Count == 6);

        var stopping = leaving.StopAsync();
        var took = await _cluster.UntilAsync(() => b.Driven.Count == TestCluster.Partitions);
        await _cluster.PassAsync(stopping);

        Assert.True(took < TestCluster.Lease, $"it took {took}");
        Assert.Equal((0, TestCluster.Partitions), (a.Driven.Count, a.Released.Count));
        Assert.False(a.IsAborted);
        Assert.Equal(["b"], _cluster.Shared.View.Members.Select(member => member.Name));
    }

    [Fact]
    public async Task Stop_WhenLast_GivesEverythingBack()
    {
        var (node, engine) = await _cluster.StartAsync("a");
        await _cluster.PassAsync(node.StopAsync());

        Assert.Equal(TestCluster.Partitions, engine.Released.Count);
        Assert.All(_cluster.Shared.View.Partitions, holding => Assert.True(holding.IsFree));
    }

    [Fact]
    public async Task IsHeld_WhenCutOffForItsLease_EndsBeforeOthersTake()
    {
        var (lost, a) = await _cluster.StartAsync("a");
        var (_, b) = await _cluster.StartAsync("b");
        await _cluster.UntilAsync(() => b.Driven.Count == 6);

        _cluster.Shared.CutOff("a");
        await _cluster.UntilAsync(() =>
        {
            Assert.True(!_cluster.OwnershipOf("a").IsHeld || b.Driven.Count == 6, "two nodes held the same partition");
            return b.Driven.Count == TestCluster.Partitions;
        });

        Assert.False(lost.Lost.IsCompleted);
        _cluster.Shared.CutOff("a", isCutOff: false);
        await _cluster.UntilAsync(() => lost.Lost.IsCompleted);
        Assert.IsType<StaleEpochException>(await lost.Lost);
        Assert.True(a.IsAborted);
    }

    [Fact]
    public async Task IsHeld_WhenNobodyTookThePartitionsMeanwhile_IsSoAgain()
    {
        var (node, engine) = await _cluster.StartAsync("a");
        _cluster.Shared.CutOff("a");
        await _cluster.UntilAsync(() => !_cluster.OwnershipOf("a").IsHeld);
        await _cluster.AdvanceAsync(TestCluster.Lease * 3);
        _cluster.Shared.CutOff("a", isCutOff: false);
        await _cluster.UntilAsync(() => _cluster.OwnershipOf("a").IsHeld);

        Assert.False(node.Lost.IsCompleted);
        Assert.Equal(TestCluster.Partitions, engine.Driven.Count);
        Assert.All(_cluster.Shared.View.Partitions, holding => Assert.Equal(1, holding.Epoch));
    }

    [Fact]
    public async Task Beat_WhenNoAnswerEverComes_IsGivenUpAndSentAgain()
    {
        var (node, engine) = await _cluster.StartAsync("a");
        _cluster.Shared.Hold("a");
        await _cluster.UntilAsync(() => !_cluster.OwnershipOf("a").IsHeld);
        _cluster.Shared.Hold("a", isHeld: false);
        await _cluster.UntilAsync(() => _cluster.OwnershipOf("a").IsHeld);

        Assert.False(node.Lost.IsCompleted);
        Assert.Equal(TestCluster.Partitions, engine.Driven.Count);
    }

    [Fact]
    public async Task Take_WhenAllWereCutOff_LeavesTheOthersTimeToBeHeardAgain()
    {
        var (first, _) = await _cluster.StartAsync("a");
        var (second, b) = await _cluster.StartAsync("b");
        await _cluster.UntilAsync(() => b.Driven.Count == 6);
        foreach (var name in new[] { "a", "b" })
            _cluster.Shared.CutOff(name);
        await _cluster.AdvanceAsync(TestCluster.Lease * 2);

        _cluster.Shared.CutOff("a", isCutOff: false);
        await _cluster.AdvanceAsync(TestCluster.Lease / 4);
        _cluster.Shared.CutOff("b", isCutOff: false);
        await _cluster.AdvanceAsync(TestCluster.Lease * 2);

        Assert.False(first.Lost.IsCompleted || second.Lost.IsCompleted);
        Assert.Equal(6, b.Driven.Count);
    }

    [Fact]
    public async Task IsHeld_WhenTimeWasSkipped_EndsAtOnce()
    {
        var (node, engine) = await _cluster.StartAsync("a");
        Assert.True(_cluster.OwnershipOf("a").IsHeld);
        _cluster.Shared.Slip("x", partition: 3);
        _cluster.Clock.Advance(TestCluster.Lease * 2);
        Assert.False(_cluster.OwnershipOf("a").IsHeld);
        await _cluster.UntilAsync(() => node.Lost.IsCompleted);

        Assert.True(engine.IsAborted);
    }

    [Fact]
    public async Task Stop_WhenCutOff_EndsOnceTheLeaseHas()
    {
        var (node, engine) = await _cluster.StartAsync("a");
        _cluster.Shared.CutOff("a");
        await _cluster.PassAsync(node.StopAsync());

        Assert.IsType<PartitionUnavailableException>(await node.Lost);
        Assert.True(engine.IsAborted);
    }

    [Fact]
    public async Task Lost_WhenSomebodyElseHasAPartition_SaysWhich()
    {
        var (node, _) = await _cluster.StartAsync("a");
        _cluster.Shared.Slip("x", partition: 5);
        await _cluster.UntilAsync(() => node.Lost.IsCompleted);

        Assert.Contains("Partition 5 has gone to x", Assert.IsType<StaleEpochException>(await node.Lost).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WhenTheSameNodeWasLost_JoinsAgain()
    {
        var (lost, _) = await _cluster.StartAsync("a");
        _cluster.Shared.Slip("x", partition: 5);
        await _cluster.UntilAsync(() => lost.Lost.IsCompleted);
        await _cluster.PassAsync(lost.DisposeAsync().AsTask());

        var (_, engine) = await _cluster.StartAsync("a");
        await _cluster.UntilAsync(() => engine.Driven.Count == TestCluster.Partitions);
        Assert.Equal(3, _cluster.Shared.View.Partitions[5].Epoch);
    }

    [Fact]
    public async Task Beat_WhenToldToDrain_GivesEverythingAndStays()
    {
        var (_, a) = await _cluster.StartAsync("a");
        var (_, b) = await _cluster.StartAsync("b");
        await _cluster.UntilAsync(() => b.Driven.Count == 6);

        _cluster.Shared.Drain("a");
        await _cluster.UntilAsync(() => b.Driven.Count == TestCluster.Partitions);
        Assert.Empty(a.Driven);
        _cluster.Shared.Drain("a", isDrained: false);
        await _cluster.UntilAsync(() => a.Driven.Count == 6);
    }

    [Fact]
    public async Task Beat_WhenATakingWasNotHeardOf_GivesBackAndTakesAgain()
    {
        var (_, engine) = await _cluster.StartAsync("a");
        var (second, b) = await _cluster.StartAsync("b");
        await _cluster.UntilAsync(() => b.Driven.Count == 6);
        await _cluster.PassAsync(second.StopAsync());
        _cluster.Shared.Slip("a", partition: b.Released.First());
        await _cluster.UntilAsync(() => engine.Driven.Count == TestCluster.Partitions);
    }

    [Fact]
    public async Task Beat_WhenAllIsRescored_GivesNothingUntilThatIsDone()
    {
        var (_, a) = await _cluster.StartAsync("a");
        a.KeepsPartitions = true;
        var (_, b) = await _cluster.StartAsync("b");
        await _cluster.AdvanceAsync(TestCluster.Lease);
        Assert.Empty(b.Driven);
        a.KeepsPartitions = false;
        await _cluster.UntilAsync(() => b.Driven.Count == 6);
    }

    [Fact]
    public async Task Lost_WhenAnotherModelIsActive_TakesNothingAndSaysSo()
    {
        _cluster.Shared.ModelVersion = 2;
        var (node, engine) = _cluster.Make("a");
        await Assert.ThrowsAsync<ModelChangedException>(() => _cluster.PassAsync(node.StartAsync(TestContext.Current.CancellationToken)));

        Assert.IsType<ModelChangedException>(await node.Lost);
        Assert.Empty(engine.Driven);
        Assert.All(_cluster.Shared.View.Partitions, holding => Assert.Equal("", holding.Owner));
    }

    [Fact]
    public async Task Lost_WhenPartitionsCannotBeAdopted_LeavesThemToOthers()
    {
        var (node, _) = _cluster.Make("a", new FakeEngine { AdoptFailure = new JournalDamagedException("The journal is damaged.") });
        await Assert.ThrowsAsync<JournalDamagedException>(() => _cluster.PassAsync(node.StartAsync(TestContext.Current.CancellationToken)));
        Assert.IsType<JournalDamagedException>(await node.Lost);
        await _cluster.PassAsync(node.DisposeAsync().AsTask());

        var (_, b) = await _cluster.StartAsync("b");
        Assert.Equal(TestCluster.Partitions, b.Driven.Count);
    }

    [Fact]
    public async Task Beat_WhenAdoptingTakesLong_GoesOnBesideIt()
    {
        var gate = new TaskCompletionSource();
        var (node, engine) = _cluster.Make("a", new FakeEngine { Gate = gate.Task });
        var starting = node.StartAsync(TestContext.Current.CancellationToken);
        await _cluster.AdvanceAsync(TestCluster.Lease * 3);
        Assert.False(node.Lost.IsCompleted);
        Assert.False(starting.IsCompleted);
        Assert.Equal(MemberState.Joining, _cluster.Shared.View.Members.Single().State);

        gate.SetResult();
        await _cluster.PassAsync(starting);
        Assert.Equal(TestCluster.Partitions, engine.Driven.Count);
        Assert.NotNull(engine.Seen);
    }

    [Fact]
    public async Task Dispose_WhenNotStopped_AbortsAndLeaves()
    {
        var (node, engine) = await _cluster.StartAsync("a");
        await _cluster.PassAsync(node.DisposeAsync().AsTask());

        Assert.True(engine.IsAborted);
        Assert.Empty(_cluster.Shared.View.Members);
    }
}
