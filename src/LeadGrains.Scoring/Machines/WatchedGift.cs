namespace LeadGrains.Scoring;

/// <summary>What a rule made of a watched signal, as it is stored: what is taken back when the signal proves to be a machine's.</summary>
/// <param name="At">The signal's scoring instant.</param>
/// <param name="Rule">The rule's place in the model.</param>
/// <param name="Outcome">Counted, or the limit that held it back.</param>
/// <param name="Points">What it gave, undecayed; 0 where it was held back.</param>
/// <param name="About">The object that it counted for; null where the rule counts none.</param>
public readonly record struct WatchedGift(Instant At, int Rule, RuleOutcome Outcome, double Points, ulong? About);
