using static LeadGrains.Scoring.Markdown;

namespace LeadGrains.Scoring;

/// <summary>What a rule gives, for what, and within which limits, in one sentence.</summary>
internal static class RuleSentence
{
    public static string Of(ScoringModel model, ScoringRule rule) =>
        $"**{rule.Label}** ({Code(rule.Name)}): {Gives(rule)} for {Signals(rule)}{Limits(rule)}{Factor(model, rule)}.";

    private static string Gives(ScoringRule rule) => (rule.Points, rule.Scale) switch
    {
        (0, _) => "nothing, and is only shown,",
        (_, not null) => $"up to {Count(rule.Points, "point")}, {rule.Scale.Reason},",
        _ => Count(rule.Points, "point"),
    };

    private static string Signals(ScoringRule rule)
    {
        var conditions = string.Join(" and ", rule.Conditions.Select(condition => $"{Code(condition.Name)} {condition.Asks}"));
        var signals = rule.Window is SequenceWindow window
            ? $"signals in this order: {window.Reason}"
            : $"a signal {Code(rule.SignalType)}{(conditions.Length == 0 ? "" : $" whose {conditions}")}";
        return rule.Window is null or SequenceWindow ? signals : $"{signals}; {rule.Window.Reason}";
    }

    private static string Limits(ScoringRule rule)
    {
        List<string> limits = [];
        if (rule.PerDay is { } perDay)
            limits.Add($"at most {Number(perDay)} a day");
        if (rule.OncePer is { } once)
            limits.Add($"once for each {Code(once.Attribute)}{(once.Within == TimeSpan.MaxValue ? "" : $" within {Duration(once.Within)}")}");
        if (rule.IsLatest)
            limits.Add("only the newest counts and replaces the one before");
        return limits.Count == 0 ? "" : $"; {string.Join(", ", limits)}";
    }

    private static string Factor(ScoringModel model, ScoringRule rule) =>
        model.Channels is not null && rule.HasChannel ? ", times the channel's factor" : "";
}
