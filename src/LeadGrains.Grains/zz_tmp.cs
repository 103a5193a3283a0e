namespace LeadGrains.Scoring; public sealed record ScorePart();
