namespace LeadGrains.Scoring;

/// <summary>The one signal that counts for a rule with `latest`, as it is stored.</summary>
/// <param name="Rule">The rule's place in the model.</param>
/// <param name="At">Its scoring instant, the newest of all.</param>
/// <param name="Points">What it gave, undecayed.</param>
public readonly record struct LatestSignal(int Rule, Instant At, double Points);
