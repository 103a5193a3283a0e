using LeadGrains.Cluster.Solo;
using LeadGrains.Grains;
using LeadGrains.Testing;

namespace LeadGrains.Cluster.Tests.Solo;

public sealed class SoloRouterTests
{
    private const int Partitions = 5, Loops = 2;

    [Fact]
    public async Task LaneOf_WhenAsked_IsTheLoopThatDrivesThePartition()
    {
        await using var node = await StartAsync();
        var router = new SoloRouter(node.Node, Partitions);

        var lanes = Enumerable.Range(0, router.PartitionCount).Select(router.LaneOf).ToList();

        Assert.Equal(Partitions, router.PartitionCount);
        Assert.Equal(Loops, router.LaneCount);
        Assert.Equal(Enumerable.Range(0, Partitions).Select(node.Node.LoopOf), lanes);
        Assert.Equal([0, 1], lanes.Distinct().Order());
    }

    [Fact]
    public async Task LaneOf_WhenTheStoreHasNoSuchPartition_Throws()
    {
        await using var node = await StartAsync();
        var router = new SoloRouter(node.Node, Partitions);

        Assert.Throws<IndexOutOfRangeException>(() => router.LaneOf(Partitions));
    }

    private static Task<TestNode> StartAsync() => TestNode.StartAsync(options: new GrainNodeOptions { Loops = Loops }, partitions: Partitions);
}
