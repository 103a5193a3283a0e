namespace LeadGrains.Scoring;

/// <summary>How many of a grain's signals machines sent, of types that the model names.</summary>
/// <param name="Scanners">Known by their user agent.</param>
/// <param name="Bursts">The others, known by a burst.</param>
public readonly record struct MachineCounts(uint Scanners, uint Bursts)
{
    internal MachineCounts WithScanner() => this with { Scanners = Saturating.Increment(Scanners) };

    internal MachineCounts WithBurst() => this with { Bursts = Saturating.Increment(Bursts) };
}
