using LeadGrains.Cluster.Peers;
using LeadGrains.Cluster.Tests.Membership;
using LeadGrains.Grains.Partitions;
using LeadGrains.Testing;

namespace LeadGrains.Cluster.Tests.Peers;

public sealed class ClusterRouterTests
{
    private const int Loops = 2;

    [Fact]
    public async Task LaneOf_WhenAViewIsKnown_LeadsToLoopsAndNodes()
    {
        await using var node = await TestNode.StartAsync(partitions: 6);
        await using var router = new ClusterRouter(node.Node, "a", 6, new Links());
        Assert.Equal([-1, -1, -1, -1, -1, -1], Lanes(router));

        router.Lead(Views.Of("abcab.", Views.Member("a"), Views.Member("b"), Views.Member("c")));

        Assert.Equal([node.Node.LoopOf(0), Loops, Loops + 1, node.Node.LoopOf(3), Loops, -1], Lanes(router));
        Assert.Equal(Loops + 2, router.LaneCount);
        Assert.Equal(1, router.EpochOf(4));
    }

    [Fact]
    public async Task LaneOf_WhenNodesComeAndGo_KeepsTheLaneOfAnAddress()
    {
        await using var node = await TestNode.StartAsync(partitions: 2);
        var links = new Links();
        await using var router = new ClusterRouter(node.Node, "a", 2, links);
        router.Lead(Views.Of("bc", Views.Member("a"), Views.Member("b"), Views.Member("c")));

        router.Lead(Views.Of("cc", Views.Member("a"), Views.Member("c")));
        Assert.Equal([Loops + 1, Loops + 1], Lanes(router));
        Assert.Equal(["b:1"], links.Closed);
        router.Lead(Views.Of("bd", Views.Member("a"), Views.Member("b"), Views.Member("d")));

        Assert.Equal([Loops, Loops + 2], Lanes(router));
        Assert.Equal(["b:1", "c:1", "b:1", "d:1"], links.Opened);
    }

    [Fact]
    public async Task LaneOf_WhenTheOwnerIsNotAMember_LeadsNowhere()
    {
        await using var node = await TestNode.StartAsync(partitions: 2);
        await using var router = new ClusterRouter(node.Node, "a", 2, new Links());

        router.Lead(Views.Of("xa", Views.Member("a")));

        Assert.Equal([-1, node.Node.LoopOf(1)], Lanes(router));
    }

    [Fact]
    public async Task Dispose_WhenLinksAreOpen_ClosesThemAndOpensNoMore()
    {
        await using var node = await TestNode.StartAsync(partitions: 2);
        var links = new Links();
        var router = new ClusterRouter(node.Node, "a", 2, links);
        router.Lead(Views.Of("bc", Views.Member("b"), Views.Member("c")));

        await router.DisposeAsync();
        router.Lead(Views.Of("bd", Views.Member("b"), Views.Member("d")));

        Assert.Equal(["b:1", "c:1"], links.Closed.Order());
        Assert.Equal(["b:1", "c:1"], links.Opened);
    }

    private static IEnumerable<int> Lanes(ClusterRouter router) => Enumerable.Range(0, router.PartitionCount).Select(router.LaneOf);

    private sealed class Links : IPeerLinks
    {
        public List<string> Opened { get; } = [];

        public List<string> Closed { get; } = [];

        public IPeerLink Open(string address)
        {
            Opened.Add(address);
            return new Link(this, address);
        }

        private sealed class Link(Links links, string address) : IPeerLink
        {
            public bool TryPost(PartitionRequest request) => false;

            public ValueTask DisposeAsync()
            {
                links.Closed.Add(address);
                return ValueTask.CompletedTask;
            }
        }
    }
}
