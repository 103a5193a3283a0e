namespace LeadGrains.Scoring;

/// <summary>A signal that a windowed rule keeps, as it is stored.</summary>
/// <param name="At">Its scoring instant.</param>
/// <param name="Step">In a sequence, the first step of the signal's type, from 0; else 0.</param>
/// <param name="Use">What became of it. Follows from the signals kept, by <see cref="RuleWindow"/>.</param>
public readonly record struct KeptSignal(Instant At, byte Step, SignalUse Use)
{
    /// <summary>The order in which a rule looks at signals: by instant, then by step.</summary>
    internal bool IsAfter(KeptSignal other) => At > other.At || (At == other.At && Step > other.Step);
}
