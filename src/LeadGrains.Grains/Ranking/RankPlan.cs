using System.Text;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>A query made ready for one partition's columns: names looked up, factors computed.</summary>
internal sealed class RankPlan
{
    private RankPlan(RankQuery query, RankColumns columns, ushort workspace)
    {
        var filter = query.Filter;
        Query = query;
        Columns = columns;
        Workspace = workspace;
        Model = columns.Models.Of(workspace);
        Formula = new RankFormula(columns, query.At);
        AfterId = Encoding.UTF8.GetBytes(query.After?.Id ?? "");
        Rejected = RankFlags.Claimed
            | (filter.IncludeDisqualified ? RankFlags.None : RankFlags.Disqualified)
            | (filter.Unmatched ? RankFlags.HasAccount : RankFlags.None);
        Stages = filter.Stages.Count == 0 ? null : Accepted(filter.Stages, Model.Stages(columns.IsAccount));
        Grades = filter.Grades.Count == 0 ? null : new GradeBits(Model.Grade, filter.Grades);
        Traits = [.. columns.Traits
            .Where(trait => filter.Traits.TryGetValue(trait.Name, out var values) && values.Count > 0)
            .Select(trait => (trait, trait.Matching(filter.Traits[trait.Name])))];

        CountsByFigures = filter.MinIntent is not null || filter.MinTotal is not null || Stages is not null || Grades is not null;
        IsPlain = Rejected == (RankFlags.Claimed | RankFlags.Disqualified) && Traits.Length == 0 && !CountsByFigures
            && filter.MinFit is null && !filter.Dormant && !filter.Surging;
        NeedsIntent = CountsByFigures || HasBounds;
    }

    /// <summary>What was asked.</summary>
    public RankQuery Query { get; }

    /// <summary>Where it is looked for.</summary>
    public RankColumns Columns { get; }

    /// <summary>The code of the query's workspace.</summary>
    public ushort Workspace { get; }

    /// <summary>What the workspace is scored by.</summary>
    public ScoringModel Model { get; }

    /// <summary>How a row is evaluated.</summary>
    public RankFormula Formula { get; }

    /// <summary>The id of the row before the page, in UTF-8.</summary>
    public byte[] AfterId { get; }

    /// <summary>Rows with any of these are left out.</summary>
    public RankFlags Rejected { get; }

    /// <summary>The trait columns to look at, and what they must hold.</summary>
    public (TraitColumn Column, CodeSet Accepted)[] Traits { get; }

    /// <summary>Which stages are accepted, by their place on the ladder; null where all are.</summary>
    public bool[]? Stages { get; }

    /// <summary>Which grades are accepted; null where all are.</summary>
    public GradeBits? Grades { get; }

    /// <summary>What it sorts by has bounds, so that not every block need be looked at.</summary>
    public bool HasBounds => Query.By is RankBy.Total or RankBy.Intent;

    /// <summary>There is no filter.</summary>
    public bool IsPlain { get; }

    /// <summary>Whether a row passes the filter cannot be told without its intent.</summary>
    public bool CountsByFigures { get; }

    /// <summary>Intent and total must be known of every row that has passed so far, not only points.</summary>
    public bool NeedsIntent { get; }

    /// <summary>The plan; null where no row can match.</summary>
    /// <exception cref="UnknownFilterException">The filter names a trait without a column.</exception>
    public static RankPlan? Of(RankQuery query, RankColumns columns, WorkspaceCodes workspaces)
    {
        UnknownFilterException.ThrowIfUnknown(columns.Models.Set.Of(query.Workspace), columns.Kind, query.Filter);
        return workspaces.TryFind(query.Workspace, out var workspace) && columns.Keys.MayHold(workspace) ? new RankPlan(query, columns, workspace) : null;
    }

    private static bool[] Accepted(IReadOnlyList<string> names, StageLadder ladder) =>
        [.. Enumerable.Range(0, Math.Max(1, ladder.Stages.Length)).Select(place => names.Contains(ladder.NameOf(place)))];
}
