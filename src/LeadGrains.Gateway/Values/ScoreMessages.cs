using LeadGrains.Grains;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Values;

/// <summary>Scores and their addends on the wire.</summary>
internal static class ScoreMessages
{
    public static V1.Score Write(ScoreView score) => new()
    {
        Fit = score.Fit,
        Intent = score.Intent,
        Total = score.Total,
        IntentPoints = score.IntentPoints,
        Grade = score.Grade,
        Stage = score.Stage,
        Velocity = score.Velocity,
        AsOf = Timestamps.Write(score.AsOf),
        ModelVersion = score.ModelVersion,
    };

    public static V1.ScorePart Write(ScorePart part) => new()
    {
        Rule = part.Rule,
        Label = part.Label,
        Dimension = Write(part.Dimension),
        Group = part.Group,
        Points = part.Points,
        Count = part.Count,
        LastOccurredAt = Timestamps.Write(part.LastOccurredAt),
        ContactId = part.ContactId,
        Reason = part.Reason,
    };

    private static V1.Dimension Write(Dimension dimension) => dimension switch
    {
        Dimension.Fit => V1.Dimension.Fit,
        Dimension.Intent => V1.Dimension.Intent,
        _ => throw new ArgumentOutOfRangeException(nameof(dimension), dimension, "No such dimension in the API."),
    };
}
