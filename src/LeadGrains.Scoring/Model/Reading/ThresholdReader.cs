using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads `thresholds`.</summary>
internal sealed class ThresholdReader(ValueReader values)
{
    private static readonly ImmutableArray<(string Key, ScoreKind Score)> Scores =
        [("fit", ScoreKind.Fit), ("intent", ScoreKind.Intent), ("total", ScoreKind.Total)];

    public (ThresholdSet Contact, ThresholdSet Account) Read(YamlNode? node)
    {
        var section = values.Section(node, "`thresholds`");
        var contact = Set(section.Take("contact"), "the contacts' thresholds");
        var account = Set(section.Take("account"), "the accounts' thresholds");
        section.Close();
        return (contact, account);
    }

    private ThresholdSet Set(YamlNode? node, string what)
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var thresholds = ImmutableArray.CreateBuilder<Threshold>();
        foreach (var item in values.Items(node, what, ThresholdSet.Most))
        {
            if (values.Mapping(item, "a threshold") is not { } keys)
                continue;
            var name = keys.UniqueName(taken);
            var asked = Scores.Select(score => (score.Score, Levels: keys.Take(score.Key))).Where(score => score.Levels is not null).ToList();
            keys.Close();
            if (asked is not [var (score, levels)])
            {
                values.Problems.Add(item, "a threshold looks at one score: `fit`, `intent` or `total`");
                continue;
            }

            var (enter, leave) = Levels(levels!);
            thresholds.Add(new Threshold(name ?? "", score, enter, leave));
        }

        return new ThresholdSet(thresholds.ToImmutable());
    }

    // Below by default: who is told wants to act, and not to hear of a score that hovers about the level.
    private (double Enter, double Leave) Levels(YamlNode node)
    {
        if (values.Mapping(node, "the threshold's score") is not { } keys)
            return (0, 0);
        var enter = keys.RequiredNumber("enter", ModelLimits.LowestThreshold, ModelLimits.HighestThreshold);
        var leave = keys.Number("leave", 0, ModelLimits.HighestThreshold) ?? enter - ModelLimits.ThresholdGap;
        keys.Close();
        if (leave > enter)
            values.Problems.Add(node, "`leave` lies above `enter`");
        return (enter ?? 0, Math.Max(0, leave ?? 0));
    }
}
