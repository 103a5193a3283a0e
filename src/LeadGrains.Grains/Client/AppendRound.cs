using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains;

/// <summary>Entries sent once to their lanes, and what came of it.</summary>
/// <param name="Outcomes">Of each entry.</param>
/// <param name="Failure">Why some are not known or were not sent; null where none.</param>
/// <param name="Onward">Entries whose contact leads to another one, and to which: they were not journalled.</param>
/// <param name="Moved">Entries whose partition is not driven where they were sent: they were not journalled.</param>
internal sealed record AppendRound(
    AppendOutcome[] Outcomes, Exception? Failure, IReadOnlyList<(int Index, string Into)> Onward, IReadOnlyList<int> Moved)
{
    /// <summary>Sends the entries at some indices, or all.</summary>
    public static async Task<AppendRound> RunAsync(
        IPartitionRouter router, string workspace, IReadOnlyList<GrainEntry> entries, AckLevel ack, bool mustFit, IReadOnlyList<int>? only = null,
        MergeStamp? decided = null)
    {
        var outcomes = new AppendOutcome[entries.Count];
        var waits = new List<(int[] Indices, AppendEntries Request)>();
        Exception? failure = null;
        foreach (var part in (only ?? Enumerable.Range(0, entries.Count)).GroupBy(index => router.LaneOf(entries[index].Partition)))
        {
            int[] indices = [.. part];
            var request = new AppendEntries(
                workspace, [.. indices.Select(index => entries[index])], ack, mustFit ? 0 : indices.Length, decided);
            if (failure is null && router.TrySend(part.Key, request))
                waits.Add((indices, request));
            else
                failure = new OverloadedException();
        }

        var onward = new List<(int, string)>();
        var moved = new List<int>();
        foreach (var (indices, request) in waits)
        {
            failure = await TakeAsync(indices, request.Done, outcomes).ConfigureAwait(false) ?? failure;
            if (!request.Done.IsCompletedSuccessfully)
                continue;
            onward.AddRange((request.Onward ?? []).Select(item => (indices[item.Item], item.Into)));
            moved.AddRange((request.Moved ?? []).Select(item => indices[item]));
        }

        foreach (var index in moved)
            outcomes[index] = AppendOutcome.NotSent;
        return new AppendRound(outcomes, failure, onward, moved);
    }

    private static async Task<GrainException?> TakeAsync(int[] indices, Task<bool[]> done, AppendOutcome[] outcomes)
    {
        try
        {
            var answered = await done.ConfigureAwait(false);
            for (var i = 0; i < indices.Length; i++)
                outcomes[indices[i]] = answered[i] ? AppendOutcome.Applied : AppendOutcome.Refused;
            return null;
        }
        catch (GrainException failure)
        {
            foreach (var index in indices)
                outcomes[index] = AppendOutcome.Unknown;
            return failure;
        }
    }
}
