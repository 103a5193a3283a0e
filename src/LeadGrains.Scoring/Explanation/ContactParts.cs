namespace LeadGrains.Scoring;

/// <summary>What one contact brings to its account's explanation.</summary>
/// <param name="ContactId">The contact.</param>
/// <param name="Weight">Its role's weight.</param>
/// <param name="Parts">Its own explanation, unweighted; parts of fit are left aside.</param>
public sealed record ContactParts(string ContactId, double Weight, IReadOnlyList<ScorePart> Parts);
