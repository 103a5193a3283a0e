using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>How well a person or company matches the ideal customer. Does not decay.</summary>
public static class Fit
{
    private const double Most = 100;

    /// <summary>The sum of all rules whose conditions hold, held between 0 and 100.</summary>
    public static double Of(ImmutableArray<FitRule> rules, IReadOnlyDictionary<string, TraitValue> traits) =>
        Math.Clamp(Sum(rules, traits), 0, Most);

    /// <summary>One part for each rule whose conditions hold, and a part "clip" where the sum left 0 to 100. They add up to the fit.</summary>
    public static IReadOnlyList<ScorePart> Explain(
        ImmutableArray<FitRule> rules, IReadOnlyDictionary<string, TraitValue> traits) => Parts(rules, traits);

    internal static List<ScorePart> Parts(ImmutableArray<FitRule> rules, IReadOnlyDictionary<string, TraitValue> traits)
    {
        var parts = rules
            .Where(rule => rule.Condition.Holds(traits))
            .Select(rule => new ScorePart(rule.Name, rule.Label, Dimension.Fit, "", rule.Points, 0, null, ""))
            .ToList();
        var sum = parts.Sum(part => part.Points);
        var fit = Math.Clamp(sum, 0, Most);
        if (fit != sum)
        {
            var label = sum > Most ? "Above 100" : "Below 0";
            parts.Add(new ScorePart(ScorePart.Clip, label, Dimension.Fit, "", fit - sum, 0, null, "", "fit is held between 0 and 100"));
        }

        return parts;
    }

    private static double Sum(ImmutableArray<FitRule> rules, IReadOnlyDictionary<string, TraitValue> traits)
    {
        double sum = 0;
        foreach (var rule in rules)
        {
            if (rule.Condition.Holds(traits))
                sum += rule.Points;
        }

        return sum;
    }
}
