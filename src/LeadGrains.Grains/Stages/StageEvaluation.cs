using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Stages;

/// <summary>
/// Compares the held stage, and the thresholds that were reached, with what the score asks for. Off the hot path: it runs
/// only where a guard was passed, proposes what is due, and else says when to look again.
/// </summary>
internal sealed class StageEvaluation(NodeContext node, Proposals proposals)
{
    // Before every instant, and told apart from a row that is due for another reason.
    private const long AwaitsModel = long.MinValue + 1;

    // After every instant: what the model made due has been proposed.
    private const long ProposedByModel = long.MaxValue - 1;

    /// <summary>Whether the row's guard says that it must be evaluated.</summary>
    public static bool IsDue(RankColumns columns, int slot, double points, Instant now) =>
        points >= columns.GuardPoints[slot] || now.Ticks >= columns.GuardAt[slot];

    /// <summary>Has the row evaluated at the next look, whatever its guard was.</summary>
    public static void Reset(RankColumns columns, int slot)
    {
        columns.GuardPoints[slot] = double.NegativeInfinity;
        if (columns.GuardAt[slot] is not (AwaitsModel or ProposedByModel))
            columns.GuardAt[slot] = long.MinValue;
    }

    /// <summary>What was proposed has been applied, whoever made it due: what is due from here on has its own cause.</summary>
    public static void Applied(RankColumns columns, int slot)
    {
        columns.GuardPoints[slot] = double.NegativeInfinity;
        columns.GuardAt[slot] = long.MinValue;
    }

    /// <summary>What was proposed came to nothing: where the model made it due, it still does.</summary>
    public static void Refused(RankColumns columns, int slot)
    {
        if (columns.GuardAt[slot] == ProposedByModel)
            columns.GuardAt[slot] = AwaitsModel;
        Reset(columns, slot);
    }

    /// <summary>
    /// Has every row evaluated at the next look: what is due then, in a workspace that has another model than before, is due
    /// because of the model.
    /// </summary>
    public static void AwaitModel(Partition partition, GrainKind kind, NodeContext node)
    {
        var columns = partition.ColumnsOf(kind);
        var (known, due) = (-1, long.MinValue);
        for (var slot = 0; slot < columns.Keys.Slots; slot++)
        {
            if (columns.Keys.WorkspaceOf(slot) is var workspace && workspace != known)
                (known, due) = (workspace, node.IsRescored(partition.WorkspaceOf(kind, slot)) ? AwaitsModel : long.MinValue);
            columns.GuardPoints[slot] = double.NegativeInfinity;
            columns.GuardAt[slot] = due;
        }
    }

    public void Run(Partition partition, RankColumns columns, RankFormula formula, int slot, StageCause cause)
    {
        var ladder = columns.ModelOf(slot).Stages(columns.IsAccount);
        var thresholds = columns.ModelOf(slot).Thresholds(columns.IsAccount);
        // A disqualified grain keeps its stage and its thresholds. When its traits change it is looked at again.
        if ((ladder.IsTrivial && thresholds.IsEmpty) || columns.Has(slot, RankFlags.Disqualified))
        {
            Rest(columns, slot);
            return;
        }

        var (held, reached) = (columns.Stage[slot], columns.Reached[slot]);
        var score = formula.ScoreOf(slot);
        var due = ladder.Evaluate(held, score.Total, score.Fit, columns.ExitsOf(slot), formula.At);
        var dueReached = thresholds.Evaluate(reached, score.Fit, score.Intent, score.Total);
        if (due == held && dueReached == reached)
        {
            SetGuard(columns, formula, slot, score);
            return;
        }

        var byModel = columns.GuardAt[slot] == AwaitsModel;
        score = score with { Stage = ladder.NameOf(due) };
        var then = ScoreCodec.Of(score, formula.At, node.Served.VersionOf(partition.WorkspaceOf(columns.Kind, slot)));
        var changes = new DueChanges(formula.At, byModel ? StageCause.Model : cause, byModel && node.IsSilent, score, then);
        if (due != held)
            changes.AddStage(ladder, held, due);
        changes.AddCrossings(thresholds, reached, dueReached);
        proposals.ProposeStanding(partition, columns.Kind, slot, changes.Entries);
        Rest(columns, slot);
        if (byModel)
            columns.GuardAt[slot] = ProposedByModel;
    }

    // Until what was proposed has been applied there is nothing to look at.
    private static void Rest(RankColumns columns, int slot)
    {
        columns.GuardPoints[slot] = double.PositiveInfinity;
        columns.GuardAt[slot] = long.MaxValue;
    }

    private void SetGuard(RankColumns columns, RankFormula formula, int slot, in RankScore score)
    {
        Span<double> sums = stackalloc double[formula.Factors.Length];
        for (var i = 0; i < sums.Length; i++)
            sums[i] = columns.Sums[i][slot] * formula.Factors[i];
        Span<double> own = stackalloc double[formula.OwnFactors.Length];
        for (var i = 0; i < own.Length; i++)
            own[i] = columns.Own.Sums[i][slot] * formula.OwnFactors[i];
        var guard = StageGuards.Of(
            columns.ModelOf(slot), columns.IsAccount, columns.Stage[slot], score.Fit, sums, own, score.Engaged, formula.At, columns.ExitsOf(slot), columns.Reached[slot]);
        columns.GuardPoints[slot] = guard.CheckPoints;
        columns.GuardAt[slot] = guard.CheckAt.Ticks;
    }
}
