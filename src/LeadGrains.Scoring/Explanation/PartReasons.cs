namespace LeadGrains.Scoring;

/// <summary>Why parts give nothing, or less than their rule says, for people.</summary>
internal static class PartReasons
{
    /// <summary>Of signals that a scanner or bot sent.</summary>
    public const string Scanner = "a machine, by its user agent";

    /// <summary>Below this, what is left of a rule's points is as good as nothing.</summary>
    private const double Faded = 0.01;

    /// <summary>Of a rule's own part.</summary>
    public static string Of(ScoringRule rule, double left)
    {
        if (rule.Points == 0)
            return "the model gives nothing for it";
        if (Math.Abs(left) >= Faded || Math.Abs(rule.Points) < Faded)
            return "";
        return left == 0 && rule.Scale is not null ? "scaled to nothing" : "expired: faded below 0.01 points";
    }

    /// <summary>Of what a cap or floor took away.</summary>
    public static string OfClip(ScoringGroup group, double clip) => clip > 0
        ? FormattableString.Invariant($"capped: {group.Name} holds at most {group.Cap} points")
        : FormattableString.Invariant($"held up: {group.Name} holds at least {group.Floor} points");

    /// <summary>Of signals that a limit held back.</summary>
    public static string OfHeld(ScoringRule rule, RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.DayFull => FormattableString.Invariant($"over the daily limit of {rule.PerDay}"),
        RuleOutcome.SeenBefore => "seen before: the same thing counts once",
        RuleOutcome.Superseded => "replaced: only the newest counts",
        RuleOutcome.Waiting => $"waiting for others: {rule.Window!.Reason}",
        _ => "too old: newer signals fill what the rule keeps",
    };

    /// <summary>Of signals that a burst gave away.</summary>
    public static string OfBurst(BurstRule burst) => FormattableString.Invariant($"a machine: {burst.Count} or more within {burst.WithinText}");
}
