using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.History;

/// <summary>Asks the lanes where the histories of grains end.</summary>
internal sealed class HistoryEnds(Lanes lanes)
{
    // One request holds a loop up for no more than the look-ups of so many keys.
    private const int PerRequest = 1_000;

    public async Task<HistoryEnd> FindAsync(GrainKey key)
    {
        var request = new FindHistories([key]);
        lanes.Post(lanes.LaneOf(key), request);
        return (await request.Done.ConfigureAwait(false))[0];
    }

    /// <summary>In any order.</summary>
    public async Task<List<HistoryEnd>> FindAsync(IReadOnlyCollection<GrainKey> keys)
    {
        var ends = new List<HistoryEnd>(keys.Count);
        foreach (var lane in keys.GroupBy(lanes.LaneOf))
        {
            foreach (var part in lane.Chunk(PerRequest))
            {
                var request = new FindHistories(part);
                lanes.Post(lane.Key, request);
                ends.AddRange(await request.Done.ConfigureAwait(false));
            }
        }

        return ends;
    }
}
