using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Remote;

/// <summary>
/// Decides merges for other nodes, tells them which are not finished, and takes none from a node that was paused and does
/// not know yet that another one decides: whoever begins to decide asks all partitions first, and so is heard of by all.
/// </summary>
internal sealed class AskedMerges(MergeDesk merges)
{
    private long _heard;

    public async Task<IMessage> MergeAsync(MergeRequest request, CancellationToken cancellationToken)
    {
        var result = await merges.DecideAsync(
            KeyWire.FromName(request.Workspace), request.From, request.Into, cancellationToken).ConfigureAwait(false);
        return new MergeAnswer { Outcome = (int)result.Outcome, MovedSignals = result.MovedSignals };
    }

    public async Task<IMessage> FindAsync(StartedMergesRequest request, LoopGroup loops)
    {
        Hear(request.DecidedUnder);
        var wanted = request.Partitions.Where(partition => partition < loops.PartitionCount).Select(partition => (int)partition);
        return MergeWire.Of(await FoundMerges.AskAsync(loops, wanted, request.DecidedUnder).ConfigureAwait(false));
    }

    /// <summary>Refuses entries that start merges which somebody decided who does not decide any more.</summary>
    /// <exception cref="PartitionMovedException">They are such entries.</exception>
    public void Require(EntriesRequest request, LoopGroup loops)
    {
        if (request.DecidedUnder == 0)
            return;
        if (request.DecidedUnder < Math.Max(Interlocked.Read(ref _heard), loops.Context.Router.EpochOf(MergeDesk.Partition)))
            throw new PartitionMovedException();
    }

    private void Hear(long epoch)
    {
        for (var heard = Interlocked.Read(ref _heard); epoch > heard;)
        {
            var found = Interlocked.CompareExchange(ref _heard, epoch, heard);
            if (found == heard)
                return;
            heard = found;
        }
    }
}
