using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Reads `groups`.</summary>
internal sealed class GroupReader(ValueReader values)
{
    /// <summary>The groups in order; their columns are assigned once the rules are known.</summary>
    public ImmutableArray<ScoringGroup> Read(YamlNode? node)
    {
        var section = values.Section(node, "`groups`");
        if (section.Entries.Count > ModelLimits.Groups)
        {
            values.Problems.Add(section.Node, $"`groups` must have at most {ModelLimits.Groups} entries");
            return [];
        }

        var groups = ImmutableArray.CreateBuilder<ScoringGroup>();
        foreach (var entry in section.Entries)
        {
            if (values.Text(entry.Key, "a group's name", ModelLimits.Name) is not { } name
                || values.Mapping(entry.Value, $"the group {name}") is not { } keys)
                continue;
            if (ReadGroup(groups.Count, name, keys) is { } group)
                groups.Add(group);
            keys.Close();
        }

        return groups.ToImmutable();
    }

    private ScoringGroup ReadGroup(int index, string name, MappingReader keys)
    {
        // A faulty half-life still makes a group, so that rules which name it are no further problems.
        var halfLife = keys.Require("half_life") is { } duration ? values.HalfLife(duration, "`half_life`") : null;
        return new ScoringGroup(
            index,
            name,
            halfLife ?? HalfLife.FromTimeSpan(TimeSpan.FromDays(1)),
            keys.Number("cap", 0, ModelLimits.Number),
            keys.Number("floor", -ModelLimits.Number, 0),
            Column: -1);
    }
}
