using System.Collections.Immutable;
using System.Text;

namespace LeadGrains.Scoring;

/// <summary>Reads `rules`.</summary>
internal sealed class RuleReader(ValueReader values, ConditionReader conditions, ImmutableArray<ScoringGroup> groups)
{
    // Parts of an explanation that no rule brought carry these names.
    private readonly HashSet<string> _taken =
        new([ScorePart.Clip, ScorePart.Breadth, ScorePart.Others], StringComparer.Ordinal);

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
        var signal = SignalType(keys);
        var when = conditions.When(keys.Take("when"));
        var group = Group(keys);
        var points = keys.RequiredNumber("points", -ModelLimits.Points, ModelLimits.Points);
        var perDay = keys.Take("per_day") is { } limit ? values.Count(limit, "`per_day`", ModelLimits.PerDay) : null;
        if (name is null || signal is null || group is null || points is null)
            return null;
        return new ScoringRule
        {
            Index = index,
            Name = name,
            Label = label!,
            SignalType = signal,
            Conditions = when,
            Group = group.Value,
            Points = points.Value,
            PerDay = perDay,
        };
    }

    private string? SignalType(MappingReader keys)
    {
        if (keys.Require("signal") is not { } node || values.Text(node, "`signal`", ModelLimits.SignalType) is not { } type)
            return null;
        if (Encoding.UTF8.GetByteCount(type) <= ModelLimits.SignalType)
            return type;
        values.Problems.Add(node, $"`signal` must have at most {ModelLimits.SignalType} bytes");
        return null;
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
