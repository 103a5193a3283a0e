using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.History;

/// <summary>Asks the lanes where the histories of grains end.</summary>
internal sealed class HistoryEnds(Lanes lanes)
{
    // One request holds a loop up for no more than the look-ups of so many keys.
    private const int PerRequest = 1_000;

    public async Task<HistoryEnd> FindAsync(GrainKey key, CancellationToken cancellationToken) =>
        (await lanes.AskAsync([key], some => new FindHistories(some), cancellationToken).ConfigureAwait(false))[0];

    /// <summary>In the order of the keys.</summary>
    public async Task<List<HistoryEnd>> FindAsync(IReadOnlyCollection<GrainKey> keys, CancellationToken cancellationToken)
    {
        var ends = new List<HistoryEnd>(keys.Count);
        foreach (var part in keys.Chunk(PerRequest))
            ends.AddRange(await lanes.AskAsync(part, some => new FindHistories(some), cancellationToken).ConfigureAwait(false));
        return ends;
    }
}
