using LeadGrains.Grains.Ranking;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Codecs;

/// <summary>What a change was proposed with, as the journal keeps it for whoever is told.</summary>
internal static class ScoreCodec
{
    public static ScoreThen Of(in RankScore score, Instant at, uint modelVersion) => new()
    {
        Fit = score.Fit,
        Intent = score.Intent,
        Total = score.Total,
        IntentPoints = score.IntentPoints,
        Grade = score.Grade,
        Stage = score.Stage,
        Velocity = score.Velocity,
        AtTicks = at.Ticks,
        ModelVersion = modelVersion,
    };
}
