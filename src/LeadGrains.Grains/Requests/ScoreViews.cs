using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

internal static class ScoreViews
{
    public static ScoreView Of(in RankScore score, Instant at, uint modelVersion) => new(
        score.Fit, score.Intent, score.Total, score.IntentPoints, score.Grade, score.Stage, score.Velocity, at, modelVersion);
}
