using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Remote;

/// <summary>Decides merges for other nodes, and tells them which are not finished.</summary>
internal static class AskedMerges
{
    public static async Task<IMessage> MergeAsync(MergeRequest request, MergeDesk merges, CancellationToken cancellationToken)
    {
        var result = await merges.DecideAsync(
            KeyWire.FromName(request.Workspace), request.From, request.Into, cancellationToken).ConfigureAwait(false);
        return new MergeAnswer { Outcome = (int)result.Outcome, MovedSignals = result.MovedSignals };
    }

    public static async Task<IMessage> FindAsync(StartedMergesRequest request, LoopGroup loops)
    {
        var wanted = request.Partitions.Where(partition => partition < loops.PartitionCount).Select(partition => (int)partition);
        return MergeWire.Of(await FoundMerges.AskAsync(loops, wanted).ConfigureAwait(false));
    }
}
