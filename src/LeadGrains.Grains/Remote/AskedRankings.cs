using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using RankAnswer = LeadGrains.Grains.Requests.RankAnswer;

namespace LeadGrains.Grains.Remote;

/// <summary>Ranks for other nodes what is driven here of the partitions that they name.</summary>
internal static class AskedRankings
{
    public static async Task<IMessage> RunAsync(RankRequest request, LoopGroup loops, CancellationToken cancellationToken)
    {
        var query = RankWire.From(request);
        var wanted = request.Partitions.Where(partition => partition < loops.PartitionCount).Select(partition => (int)partition);
        var found = await RankedLanes.AskAsync(loops, query, wanted, cancellationToken).ConfigureAwait(false);
        // One more than the page has, so that whoever merges it sees whether there is a next one.
        var rows = RankMerge.Page([.. found.Answers.Select(answer => answer.Rows)], query.PageSize + 1);
        return RankWire.Of(new RankAnswer(new RankedRows(rows.Rows, rows.Matching), found.Names(), found.Partitions()));
    }
}
