using System.Buffers;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Testing;

/// <summary>The way of one node to all partitions: its own loops first, then one lane for each node, over which bytes go.</summary>
internal sealed class TestClusterRouter(TestCluster cluster, TestMember self) : IPartitionRouter
{
    public int PartitionCount => cluster.Owners.Count;

    public int LaneCount => Loops + cluster.Members.Count;

    private int Loops => self.Node.LoopCount;

    public int LaneOf(int partition) => cluster.Owners[partition] switch
    {
        < 0 => -1,
        var owner when owner == self.Index => self.Node.LoopOf(partition),
        var owner => Loops + owner,
    };

    public long EpochOf(int partition) => cluster.Epochs[partition];

    public bool TryPost(int lane, PartitionRequest request)
    {
        if (lane < Loops)
            return self.Node.TryPost(lane, request);
        var bytes = new ArrayBufferWriter<byte>();
        request.Write(bytes);
        cluster.Network.Send(self, cluster.Members[lane - Loops], bytes.WrittenMemory, request);
        return true;
    }
}
