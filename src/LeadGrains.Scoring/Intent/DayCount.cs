namespace LeadGrains.Scoring;

/// <summary>How many signals a rule with a daily limit counted on one day, as it is stored.</summary>
/// <param name="Rule">The rule's place in the model.</param>
/// <param name="Day">UTC day of the scoring instant, in days since 1970-01-01.</param>
/// <param name="Count">At most the rule's limit.</param>
public readonly record struct DayCount(int Rule, int Day, uint Count);
