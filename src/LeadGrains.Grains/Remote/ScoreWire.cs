using LeadGrains.Cluster.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Remote;

/// <summary>Scores and their addends between nodes.</summary>
internal static class ScoreWire
{
    public static Score Of(ScoreView score) => new()
    {
        Fit = score.Fit,
        Intent = score.Intent,
        Total = score.Total,
        IntentPoints = score.IntentPoints,
        Grade = score.Grade,
        Stage = score.Stage,
        Velocity = score.Velocity,
        AsOfTicks = score.AsOf.Ticks,
        ModelVersion = score.ModelVersion,
    };

    public static ScoreView From(Score score) => new(
        score.Fit, score.Intent, score.Total, score.IntentPoints, score.Grade, score.Stage, score.Velocity,
        new Instant(score.AsOfTicks), score.ModelVersion);

    public static Part Of(ScorePart part)
    {
        var message = new Part
        {
            Rule = part.Rule,
            Label = part.Label,
            Dimension = (int)part.Dimension,
            Group = part.Group,
            Points = part.Points,
            Count = part.Count,
            ContactId = part.ContactId,
            Reason = part.Reason,
        };
        if (part.LastOccurredAt is { } last)
            message.LastOccurredTicks = last.Ticks;
        return message;
    }

    public static ScorePart From(Part part) => new(
        part.Rule, part.Label, (Dimension)part.Dimension, part.Group, part.Points, part.Count,
        part.HasLastOccurredTicks ? new Instant(part.LastOccurredTicks) : null, part.ContactId, part.Reason);
}
