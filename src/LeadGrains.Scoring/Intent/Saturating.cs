namespace LeadGrains.Scoring;

/// <summary>Counting that stops at the end of its range.</summary>
internal static class Saturating
{
    public static uint Increment(uint count) => count == uint.MaxValue ? count : count + 1;
}
