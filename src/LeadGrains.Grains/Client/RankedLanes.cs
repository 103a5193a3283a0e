using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains;

/// <summary>What lanes found for a ranking.</summary>
/// <param name="Answers">Of those lanes that gave one.</param>
/// <param name="Failure">Why another one did not; null where all did.</param>
internal sealed record RankedLanes(IReadOnlyList<RankAnswer> Answers, GrainException? Failure)
{
    /// <summary>Asks the lanes of some partitions. Those that have no working owner are left out, whatever became of it.</summary>
    /// <exception cref="OverloadedException">A lane's queue is full.</exception>
    /// <exception cref="UnknownFilterException">A trait of the filter has no ranking column there.</exception>
    public static async Task<RankedLanes> AskAsync(
        IPartitionRouter router, RankQuery query, IEnumerable<int> partitions, CancellationToken cancellationToken)
    {
        var asked = new List<RankGrains>(router.LaneCount);
        foreach (var lane in partitions.GroupBy(router.LaneOf))
        {
            var request = new RankGrains(query, [.. lane]);
            if (!router.TrySend(lane.Key, request))
                throw new OverloadedException();
            asked.Add(request);
        }

        var answers = new List<RankAnswer>(asked.Count);
        GrainException? failure = null;
        foreach (var request in asked)
        {
            try
            {
                answers.Add(await request.DoneAsync(cancellationToken).ConfigureAwait(false));
            }
            catch (GrainException absent) when (absent is PartitionMovedException or PartitionUnavailableException)
            {
                failure = absent;
            }
        }

        return new RankedLanes(answers, failure);
    }

    /// <summary>An account's name, or a contact's account, by place.</summary>
    public Dictionary<(int Partition, int Slot), string> Names() =>
        Answers.SelectMany(answer => answer.Names).ToDictionary(name => name.Key, name => name.Value);

    /// <summary>Those that were ranked.</summary>
    public int[] Partitions() => [.. Answers.SelectMany(answer => answer.Partitions)];
}
