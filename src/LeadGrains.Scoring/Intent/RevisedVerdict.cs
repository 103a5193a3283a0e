namespace LeadGrains.Scoring;

/// <summary>That an earlier signal's verdict is another one, now that a later one has come.</summary>
/// <param name="At">The scoring instant of the earlier signal. All earlier ones of that instant that the rule looks at are meant.</param>
/// <param name="Rule">The rule's place in the model.</param>
/// <param name="Outcome">What became of the earlier signal.</param>
public readonly record struct RevisedVerdict(Instant At, int Rule, RuleOutcome Outcome);
