using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads the keys that turn points into scores: `total`, `intent`, `grade` and `account`.</summary>
internal sealed class ScaleReader(ValueReader values)
{
    public (double Fit, double Intent) Weights(YamlNode? node)
    {
        var before = values.Problems.Count;
        var section = values.Section(node, "`total`");
        var fit = section.Number("fit", 0, 1) ?? 0.4;
        var intent = section.Number("intent", 0, 1) ?? 0.6;
        section.Close();
        if (values.Problems.Count == before && Math.Abs(fit + intent - 1) > 1e-9)
            values.Problems.Add(section.Node, FormattableString.Invariant($"the weights of `total` must sum to 1, and {fit} + {intent} do not"));
        return (fit, intent);
    }

    public double HalfPoint(YamlNode? node)
    {
        var section = values.Section(node, "`intent`");
        var points = HalfPoint(section) ?? 60;
        section.Close();
        return points;
    }

    public GradeScale Grade(YamlNode? node)
    {
        var section = values.Section(node, "`grade`");
        var fit = Thresholds(section.Take("fit"), "the grade's `fit`", ["A", "B", "C"]);
        var intent = Thresholds(section.Take("intent"), "the grade's `intent`", ["1", "2", "3"]);
        section.Close();
        return new GradeScale(fit, intent);
    }

    public AccountScale Account(YamlNode? node, double contactHalfPoint)
    {
        var section = values.Section(node, "`account`");
        var halfPoint = HalfPoint(section) ?? contactHalfPoint;
        var engaged = section.Take("engaged_half_life") is { } length ? values.HalfLife(length, "`engaged_half_life`") : null;
        var breadth = values.Section(section.Take("breadth"), "`breadth`");
        var step = breadth.Number("step", 0, ModelLimits.BreadthMax) ?? 0.25;
        var max = breadth.Number("max", 1, ModelLimits.BreadthMax) ?? 2;
        breadth.Close();
        var surge = section.Take("surge") is { } bounds ? Surge(bounds) : null;
        var parentShare = section.Number("parent_share", 0, 1) ?? 0;
        section.Close();
        return new AccountScale(halfPoint, engaged ?? HalfLife.FromTimeSpan(TimeSpan.FromDays(30)), step, max, surge, parentShare);
    }

    private Surge? Surge(YamlNode node)
    {
        if (values.Mapping(node, "`surge`") is not { } keys)
            return null;
        var points = keys.RequiredNumber("points", ModelLimits.LowestSurge, ModelLimits.Points);
        var ratio = keys.RequiredNumber("ratio", 1, ModelLimits.SurgeRatio);
        keys.Close();
        return points is { } least && ratio is { } times ? new Surge(least, times) : null;
    }

    private double? HalfPoint(MappingReader section)
    {
        if (section.Number("half_point", 0, ModelLimits.HalfPoint) is not { } points)
            return null;
        if (points > 0)
            return points;
        values.Problems.Add(section.Take("half_point")!, "`half_point` must be above 0");
        return null;
    }

    private ImmutableArray<double> Thresholds(YamlNode? node, string what, ImmutableArray<string> keys)
    {
        ReadOnlySpan<double> defaults = [75, 50, 25];
        var before = values.Problems.Count;
        var section = values.Section(node, what);
        var thresholds = ImmutableArray.CreateBuilder<double>(keys.Length);
        for (var i = 0; i < keys.Length; i++)
            thresholds.Add(section.Number(keys[i], 0, 100) ?? defaults[i]);
        section.Close();
        if (values.Problems.Count == before && (thresholds[0] < thresholds[1] || thresholds[1] < thresholds[2]))
            values.Problems.Add(section.Node, $"the thresholds of {what} must fall from {keys[0]} to {keys[^1]}");
        return thresholds.ToImmutable();
    }
}

/// <summary>What accounts have of their own beside groups and rules.</summary>
internal readonly record struct AccountScale(
    double HalfPoint, HalfLife EngagedHalfLife, double BreadthStep, double BreadthMax, Surge? Surge, double ParentShare);
