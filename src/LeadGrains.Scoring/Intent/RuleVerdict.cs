namespace LeadGrains.Scoring;

/// <summary>What one rule made of one signal.</summary>
/// <param name="Rule">The rule's place in the model.</param>
/// <param name="Outcome">What became of the signal.</param>
public readonly record struct RuleVerdict(int Rule, RuleOutcome Outcome);
