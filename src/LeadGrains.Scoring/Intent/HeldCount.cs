namespace LeadGrains.Scoring;

/// <summary>How many signals a rule would have counted, had a limit not held them back, as it is stored.</summary>
/// <param name="Rule">The rule's place in the model.</param>
/// <param name="Outcome">Which limit: day full, seen before, too old or superseded.</param>
/// <param name="Count">At least 1.</param>
public readonly record struct HeldCount(int Rule, RuleOutcome Outcome, uint Count);
