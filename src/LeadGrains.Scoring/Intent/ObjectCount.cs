namespace LeadGrains.Scoring;

/// <summary>That a rule with `once_per` counted a signal about an object, as it is stored.</summary>
/// <param name="Rule">The rule's place in the model.</param>
/// <param name="About">Hash of the attribute's value, by <see cref="OncePer"/>.</param>
/// <param name="At">The scoring instant of the signal that counted.</param>
public readonly record struct ObjectCount(int Rule, ulong About, Instant At);
