using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>One row of a partial answer.</summary>
/// <param name="Partition">Where it was found.</param>
/// <param name="Slot">Its slot there, for whoever adds its name or account.</param>
/// <param name="Id">Contact or account.</param>
/// <param name="Key">What it is sorted by.</param>
/// <param name="Score">At the query's instant.</param>
/// <param name="LastSignalAt">The newest scoring instant; null before the first signal.</param>
internal sealed record RankedRow(int Partition, int Slot, string Id, double Key, RankScore Score, Instant? LastSignalAt)
{
    /// <summary>The place after this row.</summary>
    public RankCursor Cursor => new(Key, Score.IntentPoints, Id);
}

/// <summary>What some partitions found: their best rows in order, and how many passed the filter.</summary>
internal sealed record RankedRows(IReadOnlyList<RankedRow> Rows, long Matching);
