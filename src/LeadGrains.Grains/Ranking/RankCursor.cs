namespace LeadGrains.Grains.Ranking;

/// <summary>The last row of a page: the next one begins after it.</summary>
/// <param name="Key">What it was sorted by.</param>
/// <param name="IntentPoints">The first tie-break.</param>
/// <param name="Id">The second tie-break.</param>
internal readonly record struct RankCursor(double Key, double IntentPoints, string Id);
