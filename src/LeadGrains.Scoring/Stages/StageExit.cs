namespace LeadGrains.Scoring;

/// <summary>A fall below a stage that has a cool-down.</summary>
/// <param name="Stage">The stage's place on the ladder.</param>
/// <param name="At">The instant of the change.</param>
public readonly record struct StageExit(int Stage, Instant At);
