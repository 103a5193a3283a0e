using System.Text;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>A query made ready for one partition's columns: names looked up, factors computed.</summary>
internal sealed class RankPlan
{
    private readonly bool[]? _stages;
    private readonly bool[]? _grades;
    private readonly StageLadder _ladder;

    private RankPlan(RankQuery query, RankColumns columns, ushort workspace)
    {
        var filter = query.Filter;
        Query = query;
        Columns = columns;
        Workspace = workspace;
        Formula = new RankFormula(columns, query.At);
        AfterId = Encoding.UTF8.GetBytes(query.After?.Id ?? "");
        Rejected = RankFlags.Claimed | (filter.IncludeDisqualified ? RankFlags.None : RankFlags.Disqualified);
        _ladder = columns.Model.Stages(columns.IsAccount);
        _stages = Accepted(filter.Stages, [.. Enumerable.Range(0, Math.Max(1, _ladder.Stages.Length)).Select(_ladder.NameOf)]);
        _grades = Accepted(filter.Grades, GradeScale.Names);
        Traits = [.. columns.Traits
            .Where(trait => filter.Traits.TryGetValue(trait.Name, out var values) && values.Count > 0)
            .Select(trait => (trait, trait.Matching(filter.Traits[trait.Name])))];

        NeedsTotal = query.By == RankBy.Total || filter.MinTotal is not null || _stages is not null;
        NeedsIntent = NeedsTotal || query.By == RankBy.Intent || filter.MinIntent is not null || _grades is not null;
        HasRowConditions = _stages is not null || _grades is not null;
    }

    /// <summary>What was asked.</summary>
    public RankQuery Query { get; }

    /// <summary>Where it is looked for.</summary>
    public RankColumns Columns { get; }

    /// <summary>The code of the query's workspace.</summary>
    public ushort Workspace { get; }

    /// <summary>How a row is evaluated.</summary>
    public RankFormula Formula { get; }

    /// <summary>The id of the row before the page, in UTF-8.</summary>
    public byte[] AfterId { get; }

    /// <summary>Rows with any of these are left out.</summary>
    public RankFlags Rejected { get; }

    /// <summary>The trait columns to look at, and what they must hold.</summary>
    public IReadOnlyList<(TraitColumn Column, CodeSet Accepted)> Traits { get; }

    /// <summary>Intent must be known of every row that has passed so far.</summary>
    public bool NeedsIntent { get; }

    /// <summary>The total must be known as well.</summary>
    public bool NeedsTotal { get; }

    /// <summary>Rows must be looked at one by one by <see cref="Holds"/>.</summary>
    public bool HasRowConditions { get; }

    /// <summary>The plan; null where no row can match.</summary>
    /// <exception cref="UnknownFilterException">The filter names a trait without a column.</exception>
    public static RankPlan? Of(RankQuery query, RankColumns columns, WorkspaceCodes workspaces)
    {
        UnknownFilterException.ThrowIfUnknown(columns.Model, columns.Kind, query.Filter);
        return workspaces.TryFind(query.Workspace, out var workspace) ? new RankPlan(query, columns, workspace) : null;
    }

    /// <summary>Whether stage and grade are accepted.</summary>
    public bool Holds(int slot, double fit, double intent, double total)
    {
        if (_grades is not null && !_grades[Columns.Model.Grade.IndexOf(fit, intent)])
            return false;
        return _stages is null || _stages[_ladder.Shown(Columns.Stage[slot], total, fit)];
    }

    private static bool[]? Accepted(IReadOnlyList<string> names, IReadOnlyList<string> all) =>
        names.Count == 0 ? null : [.. all.Select(name => names.Contains(name))];
}
