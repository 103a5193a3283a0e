namespace LeadGrains.Scoring;

/// <summary>A signal of a type that bursts watch, as it is stored.</summary>
/// <param name="At">Its scoring instant.</param>
/// <param name="Actor">Who did it, as far as is known.</param>
public readonly record struct WatchedSignal(Instant At, SignalActor Actor);
