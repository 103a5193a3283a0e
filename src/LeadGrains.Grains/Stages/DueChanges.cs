using System.Globalization;
using LeadGrains.Grains.Ranking;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Stages;

/// <summary>What one evaluation of a grain found due, as entries.</summary>
/// <param name="at">The instant of the evaluation.</param>
/// <param name="cause">What moved the score.</param>
/// <param name="silent">Watchers are not told.</param>
/// <param name="score">As it was evaluated.</param>
/// <param name="then">The same, as the journal keeps it.</param>
internal sealed class DueChanges(Instant at, StageCause cause, bool silent, RankScore score, ScoreThen then)
{
    private readonly List<Entry> _entries = [];

    /// <summary>A change of stage first, and then the thresholds as the model lists them.</summary>
    public IReadOnlyList<Entry> Entries => _entries;

    public void AddStage(StageLadder ladder, int held, int due) => _entries.Add(new Entry
    {
        StageChanged = new StageChanged
        {
            FromStage = ladder.NameOf(held),
            ToStage = ladder.NameOf(due),
            AtTicks = at.Ticks,
            Reason = Reason(ladder, held, due),
            Cause = cause,
            Silent = silent,
            Score = then,
        },
    });

    public void AddCrossings(ThresholdSet thresholds, byte reached, byte due)
    {
        for (var place = 0; place < thresholds.All.Length; place++)
        {
            if (ThresholdSet.Has(reached, place) != ThresholdSet.Has(due, place))
                _entries.Add(new Entry { ThresholdCrossed = Crossing(thresholds.All[place], ThresholdSet.Has(due, place)) });
        }
    }

    private ThresholdCrossed Crossing(Threshold threshold, bool isReached) => new()
    {
        Threshold = threshold.Name,
        Of = threshold.Score switch
        {
            ScoreKind.Fit => CrossedScore.Fit,
            ScoreKind.Intent => CrossedScore.Intent,
            _ => CrossedScore.Total,
        },
        Reached = isReached,
        Level = isReached ? threshold.Enter : threshold.Leave,
        Value = ThresholdSet.Value(threshold, score.Fit, score.Intent, score.Total),
        AtTicks = at.Ticks,
        Cause = cause,
        Silent = silent,
        Score = then,
    };

    private string Reason(StageLadder ladder, int held, int due)
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
