using System.Buffers;
using LeadGrains.Cluster.Peers;
using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Testing;

/// <summary>A node's ways to others over the network of a simulation.</summary>
internal sealed class SimulatedLinks(TestNetwork network, INetworkEnd from, Func<string, INetworkEnd?> find) : IPeerLinks
{
    public IPeerLink Open(string address) => new Link(this, address);

    private sealed class Link(SimulatedLinks links, string address) : IPeerLink
    {
        public bool TryPost(PartitionRequest request) => links.TryPost(address, request);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private bool TryPost(string address, PartitionRequest request)
    {
        if (find(address) is not { } to)
        {
            request.Break(new PartitionMovedException());
            return true;
        }

        var bytes = new ArrayBufferWriter<byte>();
        request.Write(bytes);
        network.Send(from, to, bytes.WrittenMemory, request);
        return true;
    }
}
