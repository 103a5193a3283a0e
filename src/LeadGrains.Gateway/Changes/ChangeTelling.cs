using LeadGrains.Gateway.Stages;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;
using LeadGrains.Grains.Watching;
using LeadGrains.Journal.V1;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Changes;

/// <summary>
/// Changes on the wire: what the journal has of them, and which account that is, read when it is told. Where the grain
/// does not answer then, a change is told without that.
/// </summary>
internal sealed class ChangeTelling(GrainClient grains)
{
    public async Task<V1.Change> WriteAsync(GrainChange change, CancellationToken cancellationToken)
    {
        var told = Write(change);
        try
        {
            if (told.ContactId.Length > 0)
                told.AccountId = (await grains.GetContactAsync(change.Workspace, change.Id, cancellationToken))?.AccountId ?? "";
            if (told.AccountId.Length > 0)
                told.AccountName = (await grains.GetAccountAsync(change.Workspace, told.AccountId, cancellationToken))?.Name ?? "";
        }
        catch (GrainException)
        {
            // Its partition is on its way to another node: the change is a fact all the same.
        }

        return told;
    }

    private static V1.Change Write(GrainChange change)
    {
        var isContact = change.Kind == LeadGrains.Grains.GrainKind.Contact;
        var told = new V1.Change
        {
            Id = change.Name,
            Kind = isContact ? V1.GrainKind.Contact : V1.GrainKind.Account,
            ContactId = isContact ? change.Id : "",
            AccountId = isContact ? "" : change.Id,
            At = Timestamps.Write(change.At),
            Score = change.Score is { } score ? Write(score) : null,
        };
        Write(change, told);
        return told;
    }

    private static void Write(GrainChange change, V1.Change told)
    {
        switch (change)
        {
            case StageChange stage:
                told.Stage = new V1.StageMove
                {
                    FromStage = stage.From,
                    ToStage = stage.To,
                    Reason = stage.Reason,
                    Cause = StageMessages.Write(stage.Cause),
                };
                break;
            case SurgeBegan surge:
                told.Surge = new V1.SurgeBegin { Gained = surge.Gained, Before = surge.Before };
                break;
            case WokeUp woke:
                told.WakeUp = new V1.WakeUp { DormantSince = Timestamps.Write(woke.DormantSince) };
                break;
            case ThresholdCrossing { Crossed: var crossed }:
                told.Threshold = new V1.ThresholdCrossing
                {
                    Threshold = crossed.Threshold,
                    Score = (V1.ScoreKind)crossed.Of,
                    Reached = crossed.Reached,
                    Level = crossed.Level,
                    Value = crossed.Value,
                    Cause = StageMessages.Write(crossed.Cause),
                };
                break;
        }
    }

    private static V1.Score Write(ScoreThen score) => new()
    {
        Fit = score.Fit,
        Intent = score.Intent,
        Total = score.Total,
        IntentPoints = score.IntentPoints,
        Grade = score.Grade,
        Stage = score.Stage,
        Velocity = score.Velocity,
        AsOf = Timestamps.Write(new Instant(score.AtTicks)),
        ModelVersion = score.ModelVersion,
    };
}
