using LeadGrains.Grains.Partitions;

namespace LeadGrains.Testing;

/// <summary>The way of one node to all partitions: its own loops first, then the loops of each node.</summary>
internal sealed class TestClusterRouter(TestCluster cluster, TestMember self) : IPartitionRouter
{
    public int PartitionCount => cluster.Owners.Count;

    public int LaneCount => (cluster.Members.Count + 1) * Loops;

    private int Loops => self.Node.LoopCount;

    public int LaneOf(int partition)
    {
        var owner = cluster.Owners[partition];
        if (owner < 0)
            return -1;
        var loop = cluster.Members[owner].Node.LoopOf(partition);
        if (loop < 0)
            return -1;
        return owner == self.Index ? loop : ((owner + 1) * Loops) + loop;
    }

    public long EpochOf(int partition) => cluster.Epochs[partition];

    public bool TryPost(int lane, PartitionRequest request)
    {
        if (lane < Loops)
            return self.Node.TryPost(lane, request);
        var member = cluster.Members[(lane / Loops) - 1];
        return member.IsAlive && member.Node.TryPost(lane % Loops, request);
    }
}
