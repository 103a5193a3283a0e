using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Merges;

/// <summary>Merges that have been started and not finished.</summary>
/// <param name="Merges">Those that were found.</param>
/// <param name="Partitions">Where has been looked.</param>
internal sealed record FoundMerges(IReadOnlyList<StartedMerge> Merges, IReadOnlyList<int> Partitions)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>Asks the lanes of some partitions once; those without a working owner are not looked at.</summary>
    public static async Task<FoundMerges> AskAsync(
        IPartitionRouter router, IEnumerable<int> partitions, MergeStamp asking, CancellationToken cancellationToken)
    {
        var asked = new List<FindMerges>();
        foreach (var lane in partitions.GroupBy(router.LaneOf))
        {
            var request = new FindMerges([.. lane], asking);
            if (router.TrySend(lane.Key, request))
                asked.Add(request);
        }

        var (merges, looked) = (new List<StartedMerge>(), new List<int>());
        foreach (var request in asked)
        {
            try
            {
                var found = await request.DoneAsync(cancellationToken).ConfigureAwait(false);
                merges.AddRange(found.Merges);
                looked.AddRange(found.Partitions);
            }
            catch (GrainException)
            {
                // They stay among those that have not been looked at.
            }
        }

        return new FoundMerges(merges, looked);
    }

    /// <summary>Asks until all of the partitions have been looked at, however long nobody drives them.</summary>
    public static async Task<List<StartedMerge>> FindAsync(
        NodeContext node, IEnumerable<int> partitions, Func<MergeStamp> asking, CancellationToken cancellationToken)
    {
        var left = partitions.ToHashSet();
        var merges = new List<StartedMerge>();
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            var found = await AskAsync(node.Router, left, asking(), cancellationToken).ConfigureAwait(false);
            merges.AddRange(found.Merges.Where(merge => left.Contains(KeyHash.PartitionOf(KeyHash.Of(merge.From), node.Router.PartitionCount))));
            left.ExceptWith(found.Partitions);
            if (left.Count == 0)
                return merges;
            await Task.Delay(wait, node.Clock, cancellationToken).ConfigureAwait(false);
        }
    }
}
