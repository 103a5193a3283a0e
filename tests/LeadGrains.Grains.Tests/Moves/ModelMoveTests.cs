using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Following;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Moves;

/// <summary>Models are built up where all partitions are.</summary>
public sealed class ModelMoveTests
{
    private const int Partitions = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_WhenAnotherNodeDrivesAPartition_IsRefused()
    {
        await using var cluster = await StartAsync();

        await Assert.ThrowsAsync<PartitionsElsewhereException>(() => cluster[0].PublishAsync(Publishing.Other));
        await Assert.ThrowsAsync<PartitionsElsewhereException>(() => cluster[0].ShadowAsync(Publishing.Other));
        await Assert.ThrowsAsync<PartitionsElsewhereException>(
            () => cluster[0].Node.Models.PreviewAsync(Workspaces.Default, Publishing.Other, Cancel));
    }

    [Fact]
    public async Task Publish_WhenAllPartitionsHaveCome_IsDone()
    {
        await using var cluster = await StartAsync();
        await GatherAsync(cluster);

        Assert.True((await cluster[0].PublishAsync(Publishing.Other)).IsChanged);
        Assert.Equal(2u, cluster[0].Client.ModelOf(Workspaces.Default).Version);
    }

    [Fact]
    public async Task Move_WhenWorkspacesHaveAModelEach_KeepsEach()
    {
        await using var cluster = await StartAsync();
        await GatherAsync(cluster);
        foreach (var workspace in new[] { Workspaces.Default, TwoWorkspaces.Second })
            await cluster[0].SendToAsync(workspace, Enumerable.Range(0, 20).Select(i => TestSignals.Of($"s{i}", $"c{i}", "demo", cluster[0].Clock.GetUtcNow(), "acme")));
        await TwoWorkspaces.PublishAsync(cluster[0], TwoWorkspaces.Second, TwoWorkspaces.SecondModel);
        await cluster[0].SettledAsync();
        var before = await RankedAsync(cluster[0]);

        var third = await cluster.JoinAsync();
        for (var partition = 0; partition < Partitions; partition++)
            await cluster.MoveAsync(partition, to: third).WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        await cluster.CompleteAsync();

        // The clock has gone on a little.
        var after = await RankedAsync(cluster[third]);
        Assert.Equal(before.Select(grain => (grain.Id, grain.Score.ModelVersion, grain.Score.Stage)), after.Select(grain => (grain.Id, grain.Score.ModelVersion, grain.Score.Stage)));
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First.Score.Total, pair.Second.Score.Total, 0.05));
    }

    [Fact]
    public async Task Release_WhenAShadowFollows_EndsItAndSaysSo()
    {
        await using var cluster = await StartAsync();
        await GatherAsync(cluster);
        await cluster[0].ShadowAsync(Publishing.Other);
        var told = new TaskCompletionSource<UnseenFailure>();
        cluster[0].Node.Models.WatchFailures(failure => told.TrySetResult(failure));
        Assert.NotNull(cluster[0].Node.Models.ShadowOf(Workspaces.Default));

        await cluster.MoveAsync(0, to: 1);

        Assert.Null(cluster[0].Node.Models.ShadowOf(Workspaces.Default));
        Assert.StartsWith("The shadow model has been ended", (await told.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel)).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_WhenAShadowIsBuiltUp_LeavesNone()
    {
        await using var cluster = await StartAsync();
        await GatherAsync(cluster);
        var built = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var starting = cluster[0].Node.Models.StartShadowAsync(
            Workspaces.Default, new ServedModel(0, Publishing.Other),
            _ =>
            {
                built.TrySetResult();
                blocked.Task.Wait(TimeSpan.FromSeconds(10), Cancel);
            },
            Cancel);
        await built.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.True(cluster[0].Node.Models.IsBuilding);

        var moving = cluster.MoveAsync(0, to: 1);
        blocked.SetResult();

        // It was either given up in time, or ended as soon as it was there.
        Assert.True(await Record.ExceptionAsync(() => starting.WaitAsync(TimeSpan.FromSeconds(20), Cancel)) is null or PartitionsElsewhereException);
        await moving.WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        Assert.Equal((false, null), (cluster[0].Node.Models.IsBuilding, cluster[0].Node.Models.ShadowOf(Workspaces.Default)));
    }

    private static async Task<List<RankedGrain>> RankedAsync(TestNode node)
    {
        var all = new List<RankedGrain>();
        foreach (var workspace in new[] { Workspaces.Default, TwoWorkspaces.Second })
        {
            foreach (var kind in new[] { GrainKind.Contact, GrainKind.Account })
                all.AddRange((await node.Client.RankAsync(workspace, kind, RankFilter.None, RankBy.Total, 100, "", Cancel)).Grains.OrderBy(grain => grain.Id, StringComparer.Ordinal));
        }

        return all;
    }

    private static async Task GatherAsync(TestCluster cluster)
    {
        for (var partition = 0; partition < Partitions; partition++)
        {
            if (cluster.Owners[partition] != 0)
                await cluster.MoveAsync(partition, to: 0).WaitAsync(TimeSpan.FromSeconds(20), Cancel);
        }

        await cluster.CompleteAsync();
    }

    private static async Task<TestCluster> StartAsync()
    {
        var cluster = await TestCluster.StartAsync(Publishing.First, new ManualClock(), new GrainNodeOptions { Loops = 2 }, Partitions, nodes: 2);
        await cluster.CompleteAsync();
        return cluster;
    }
}
