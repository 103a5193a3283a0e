using System.Buffers;
using LeadGrains.Grains.Partitions;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Remote;

/// <summary>
/// The way to a node as another node has it: each request goes there as bytes, and so does its answer. The partitions
/// lie behind so many lanes in turn; each of them leads to loops of all kinds.
/// </summary>
internal sealed class WireRouter(TestNode node, int lanes) : IPartitionRouter
{
    public int PartitionCount => node.Journal.PartitionCount;

    public int LaneCount => lanes;

    /// <summary>Requests that went over the wire.</summary>
    public int Sent { get; private set; }

    /// <summary>Partitions whose owner nobody knows.</summary>
    public HashSet<int> Lost { get; } = [];

    /// <summary>Answers for the node where it gives one; told each request with its number, from 1.</summary>
    public Func<int, Exception?> Fault { get; set; } = _ => null;

    /// <summary>Nothing that is asked is answered.</summary>
    public bool IsSilent { get; set; }

    public int LaneOf(int partition) => Lost.Contains(partition) ? -1 : partition % lanes;

    public bool TryPost(int lane, PartitionRequest request)
    {
        Assert.InRange(lane, 0, lanes - 1);
        Assert.True(request.Travels);
        if (Fault(++Sent) is { } fault)
        {
            request.Break(fault);
            return true;
        }

        var bytes = new ArrayBufferWriter<byte>();
        request.Write(bytes);
        if (!IsSilent)
            _ = CarryAsync(bytes.WrittenMemory, request);
        return true;
    }

    private async Task CarryAsync(ReadOnlyMemory<byte> bytes, PartitionRequest request)
    {
        try
        {
            var answer = await node.Node.AskAsync(bytes, CancellationToken.None);
            request.Complete(answer.ToArray());
        }
        catch (Exception failure)
        {
            request.Break(failure);
        }
    }
}
