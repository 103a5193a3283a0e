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
            new MergeAsked(KeyWire.FromName(request.Workspace), request.From, request.Into, request.StrangersOnly), cancellationToken).ConfigureAwait(false);
        return new MergeAnswer { Outcome = (int)result.Outcome, MovedSignals = result.MovedSignals };
    }

    public static async Task<IMessage> EraseAsync(EraseRequest request, MergeDesk merges, CancellationToken cancellationToken) =>
        (await merges.DecideErasureAsync(KeyWire.FromName(request.Workspace), request.ContactId, cancellationToken).ConfigureAwait(false)).ToRecord();

    public static async Task<IMessage> FindAsync(StartedMergesRequest request, LoopGroup loops, CancellationToken cancellationToken)
    {
        var asked = MergeWire.From(request.By) ?? throw new InvalidDataException("Another node asks for merges and does not say by which right.");
        return MergeWire.Of(await FoundMerges.AskAsync(loops, Partitions(request.Partitions, loops), asked, cancellationToken).ConfigureAwait(false));
    }

    /// <exception cref="PartitionMovedException">It is not decided here.</exception>
    public static IMessage TakeUp(ReportMergesRequest request, LoopGroup loops, MergeDesk merges) =>
        merges.TryTakeUp(Partitions(request.Partitions, loops)) ? new Heard() : throw new PartitionMovedException();

    private static List<int> Partitions(IEnumerable<uint> partitions, LoopGroup loops) =>
        [.. partitions.Where(partition => partition < loops.PartitionCount).Select(partition => (int)partition)];
}
