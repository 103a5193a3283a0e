using System.Globalization;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Stages;

/// <summary>
/// Compares the held stage with what the score asks for. Off the hot path: it runs only where a guard was passed,
/// proposes a change where one is due, and else says when to look again.
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

    /// <summary>Has every row evaluated at the next look: what is due then is due because of the model.</summary>
    public static void AwaitModel(RankColumns columns)
    {
        for (var slot = 0; slot < columns.Keys.Slots; slot++)
        {
            columns.GuardPoints[slot] = double.NegativeInfinity;
            columns.GuardAt[slot] = AwaitsModel;
        }
    }

    public void Run(Partition partition, RankColumns columns, RankFormula formula, int slot, StageCause cause)
    {
        var ladder = columns.ModelOf(slot).Stages(columns.IsAccount);
        // A disqualified grain keeps its stage. When its traits change it is looked at again.
        if (ladder.IsTrivial || columns.Has(slot, RankFlags.Disqualified))
        {
            Rest(columns, slot);
            return;
        }

        var held = columns.Stage[slot];
        var score = formula.ScoreOf(slot);
        var due = ladder.Evaluate(held, score.Total, score.Fit, columns.ExitsOf(slot), formula.At);
        if (due == held)
        {
            SetGuard(columns, formula, slot, held, score);
            return;
        }

        var byModel = columns.GuardAt[slot] == AwaitsModel;
        proposals.TryProposeStage(partition, columns.Kind, slot, new StageChanged
        {
            FromStage = ladder.NameOf(held),
            ToStage = ladder.NameOf(due),
            AtTicks = formula.At.Ticks,
            Reason = Reason(ladder, held, due, score),
            Cause = byModel ? StageCause.Model : cause,
            Silent = byModel && node.IsSilent,
            Score = ScoreCodec.Of(score with { Stage = ladder.NameOf(due) }, formula.At, node.Served.VersionOf(partition.WorkspaceOf(columns.Kind, slot))),
        });
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

    private void SetGuard(RankColumns columns, RankFormula formula, int slot, int held, in RankScore score)
    {
        Span<double> sums = stackalloc double[formula.Factors.Length];
        for (var i = 0; i < sums.Length; i++)
            sums[i] = columns.Sums[i][slot] * formula.Factors[i];
        Span<double> own = stackalloc double[formula.OwnFactors.Length];
        for (var i = 0; i < own.Length; i++)
            own[i] = columns.Own.Sums[i][slot] * formula.OwnFactors[i];
        var guard = StageGuards.Of(
            columns.ModelOf(slot), columns.IsAccount, held, score.Fit, sums, own, score.Engaged, formula.At, columns.ExitsOf(slot));
        columns.GuardPoints[slot] = guard.CheckPoints;
        columns.GuardAt[slot] = guard.CheckAt.Ticks;
    }

    private static string Reason(StageLadder ladder, int held, int due, in RankScore score)
    {
        if (due > held)
        {
            var stage = ladder.Stages[due];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"total {score.Total:0.0} reached {stage.Name}'s {stage.Enter:0.#} with fit {score.Fit:0.0} (at least {stage.MinFit:0.#})");
        }

        var left = ladder.Stages[held];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"total {score.Total:0.0} and fit {score.Fit:0.0} no longer hold {left.Name} (leave {left.Leave:0.#}, fit {left.MinFit:0.#})");
    }
}
