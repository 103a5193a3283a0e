namespace LeadGrains.Scoring;

/// <summary>A level of a score that somebody wants to be told of.</summary>
/// <param name="Name">Unique among those of its kind of grain.</param>
/// <param name="Score">Which score.</param>
/// <param name="Enter">At or above it the threshold is reached.</param>
/// <param name="Leave">Once reached, it is left below this; at most <paramref name="Enter"/>.</param>
public sealed record Threshold(string Name, ScoreKind Score, double Enter, double Leave);
