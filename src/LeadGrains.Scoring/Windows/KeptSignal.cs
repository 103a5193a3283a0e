namespace LeadGrains.Scoring;

/// <summary>A signal that a windowed rule keeps, as it is stored.</summary>
/// <param name="At">Its scoring instant.</param>
/// <param name="Step">In a sequence, the first step of the signal's type, from 0; else 0.</param>
/// <param name="Via">Its channel as the model lists them, from 1; 0 where it has none, or none that the rule heeds.</param>
/// <param name="Use">What became of it. Follows from the signals kept, by <see cref="RuleWindow"/>.</param>
public readonly record struct KeptSignal(Instant At, byte Step, byte Via, SignalUse Use)
{
    /// <summary>The order in which a rule looks at signals: by instant, then by step, then by channel.</summary>
    internal bool IsAfter(KeptSignal other) =>
        At > other.At || (At == other.At && (Step > other.Step || (Step == other.Step && Via > other.Via)));
}
