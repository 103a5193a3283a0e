using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains;

/// <summary>A question about grains of any lanes: one request for each lane.</summary>
internal sealed class KeyedQuestion<TAnswer>(
    IPartitionRouter router, IReadOnlyList<GrainKey> keys, Func<IReadOnlyList<GrainKey>, KeyedRequest<TAnswer>> make)
{
    /// <summary>In the order of the keys; those that have been answered so far.</summary>
    public TAnswer[] Answers { get; } = new TAnswer[keys.Count];

    /// <summary>Asks once for the keys at some indices, or for all; gives those whose partition is not driven where they were asked for.</summary>
    /// <exception cref="OverloadedException">A lane's queue is full.</exception>
    public async Task<List<int>?> AskAsync(IReadOnlyList<int>? only, CancellationToken cancellationToken)
    {
        var asked = new List<(int[] Indices, KeyedRequest<TAnswer> Request)>();
        foreach (var lane in (only ?? Enumerable.Range(0, keys.Count)).GroupBy(LaneOf))
        {
            int[] indices = [.. lane];
            var request = make([.. indices.Select(index => keys[index])]);
            if (!router.TrySend(lane.Key, request))
                throw new OverloadedException();
            asked.Add((indices, request));
        }

        List<int>? moved = null;
        foreach (var (indices, request) in asked)
        {
            try
            {
                var answers = await request.DoneAsync(cancellationToken).ConfigureAwait(false);
                for (var i = 0; i < indices.Length; i++)
                    Answers[indices[i]] = answers[i];
            }
            catch (PartitionMovedException)
            {
                (moved ??= []).AddRange(indices);
            }
        }

        return moved;
    }

    private int LaneOf(int index) => router.LaneOf(KeyHash.PartitionOf(KeyHash.Of(keys[index]), router.PartitionCount));
}
