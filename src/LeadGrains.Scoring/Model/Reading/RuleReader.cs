using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads `rules`.</summary>
internal sealed class RuleReader(ValueReader values, ConditionReader conditionReader, ImmutableArray<ScoringGroup> groups)
{
    // Parts of an explanation that no rule brought carry these names.
    private readonly HashSet<string> _taken =
        new([ScorePart.Clip, ScorePart.Breadth, ScorePart.Others, ScorePart.Subsidiary, ScorePart.Machine, ScorePart.Duplicate], StringComparer.Ordinal);

    private readonly AttributeReader _attributes = new(values);
    private readonly WindowReader _windows = new(values);

    public ImmutableArray<ScoringRule> Read(YamlNode? node)
    {
        var rules = ImmutableArray.CreateBuilder<ScoringRule>();
        foreach (var item in values.Items(node, "`rules`", ModelLimits.Rules))
        {
            if (values.Mapping(item, "a rule") is not { } keys)
                continue;
            if (ReadRule(rules.Count, keys) is { } rule)
                rules.Add(rule);
            keys.Close();
        }

        return rules.ToImmutable();
    }

    private ScoringRule? ReadRule(int index, MappingReader keys)
    {
        var name = keys.UniqueName(_taken);
        var label = keys.Text("label", ModelLimits.Label) ?? name;
        var signal = keys.Take("signal");
        var when = keys.Take("when");
        var conditions = conditionReader.When(when);
        var group = Group(keys);
        var points = keys.RequiredNumber("points", -ModelLimits.Points, ModelLimits.Points);
        var dayLimit = keys.Take("per_day");
        var perDay = dayLimit is null ? null : values.Count(dayLimit, "`per_day`", 1, ModelLimits.PerDay);
        var scale = keys.Take("scale");
        var pointScale = _attributes.Scale(scale);
        var once = keys.Take("once_per");
        var oncePer = _attributes.OncePer(once);
        var latest = keys.Take("latest");
        var channels = keys.Take("channels") is { } truth ? values.Truth(truth, "`channels`") : true;
        var (types, window) = _windows.Read(keys, signal, when, scale);
        var isLatest = latest is not null && IsLatest(latest, window, once ?? dayLimit);
        if (name is null || types.IsEmpty || group is null || points is null)
            return null;
        return new ScoringRule
        {
            Index = index,
            Name = name,
            Label = label!,
            SignalType = types[^1],
            SignalTypes = [.. types.Distinct(StringComparer.Ordinal)],
            Conditions = conditions,
            Window = window,
            Scale = pointScale,
            OncePer = oncePer,
            IsLatest = isLatest,
            HasChannel = channels != false && points > 0,
            Group = group.Value,
            Points = points.Value,
            PerDay = perDay,
        };
    }

    private bool IsLatest(YamlNode node, RuleWindow? window, YamlNode? limit)
    {
        if (values.Truth(node, "`latest`") != true)
            return false;
        if (window is not null)
            values.Problems.Add(node, "`latest` cannot stand beside count, sequence or diminishing");
        if (limit is not null)
            values.Problems.Add(limit, "where only the `latest` signal counts, there is nothing for per_day or once_per to limit");
        return true;
    }

    private int? Group(MappingReader keys)
    {
        if (keys.Require("group") is not { } node || values.Text(node, "`group`", ModelLimits.Name) is not { } name)
            return null;
        foreach (var group in groups)
        {
            if (string.Equals(group.Name, name, StringComparison.Ordinal))
                return group.Index;
        }

        values.Problems.Add(node, $"there is no group \"{name}\"");
        return null;
    }
}
