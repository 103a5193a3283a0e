using System.Collections.Immutable;

namespace LeadGrains.Scoring;

/// <summary>Finds which groups fade alike.</summary>
internal static class ColumnPlan
{
    /// <summary>The distinct columns, in the order of their first groups, and the groups with their columns.</summary>
    public static (ImmutableArray<ScoringGroup> Groups, ImmutableArray<DecayColumn> Columns) Of(
        ImmutableArray<ScoringGroup> groups, ImmutableArray<ScoringRule> rules)
    {
        var negative = rules.Where(rule => rule.Points < 0).Select(rule => rule.Group).ToHashSet();
        var columns = new List<DecayColumn>();
        var placed = ImmutableArray.CreateBuilder<ScoringGroup>(groups.Length);
        foreach (var group in groups)
        {
            var column = new DecayColumn(group.HalfLife, group.Floor is not null || negative.Contains(group.Index));
            if (!columns.Contains(column))
                columns.Add(column);
            placed.Add(group with { Column = columns.IndexOf(column) });
        }

        return (placed.ToImmutable(), [.. columns]);
    }
}
