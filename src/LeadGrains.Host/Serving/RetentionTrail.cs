using LeadGrains.Gateway.Access;
using LeadGrains.Grains;
using LeadGrains.Host.Composition;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Serving;

/// <summary>Tells operators what is let go of since it is too old, and what that means for scores.</summary>
internal static class RetentionTrail
{
    /// <summary>From here on every run is logged and stands in the audit trail; and warns at once of what a rescore will miss, under the model of whichever workspace.</summary>
    public static void Watch(GrainEngine engine, RetentionOptions retention, ILogger log, TimeProvider clock)
    {
        var audit = new AuditTrail(engine.Store.Registry, clock);
        engine.WatchRetention(async (run, cancellationToken) =>
        {
            ServerLog.LetGo(log, run.RemovedSignals, run.RemovedContacts, run.Rewritten, run.FinishedAt!.Value - run.BegunAt);
            await audit.RecordAsync(run, cancellationToken);
        });
        if (WhatGoes(retention) is { } what)
        {
            ServerLog.LetsGo(log, what);
        }

        foreach (var loss in LossesOf(retention, engine.Grains.Served.Set))
        {
            ServerLog.RescoreLoses(log, loss);
        }
    }

    /// <summary>The same of each model of a set for which it is more.</summary>
    public static IEnumerable<string> LossesOf(RetentionOptions retention, ModelSet models) =>
        models.Models.Select(model => LossOf(retention, model)).OfType<string>();

    /// <summary>What is let go of, and when; null where all is kept.</summary>
    public static string? WhatGoes(RetentionOptions retention)
    {
        string?[] going =
        [
            retention.Contacts is { } quiet ? $"people of whom nothing was heard for {RescoreLoss.Days(quiet)}" : null,
            retention.Signals is { } age ? $"signals that were received more than {RescoreLoss.Days(age)} ago" : null,
        ];
        return retention.IsOn ? $"Lets go of {string.Join(" and of ", going.OfType<string>())}, every {RescoreLoss.Days(retention.Every)}." : null;
    }

    /// <summary>What a rescore under a model will miss of signals that are not kept; null where that is next to nothing.</summary>
    public static string? LossOf(RetentionOptions retention, ScoringModel model)
    {
        if (retention.Signals is not { } age || RescoreLoss.Of(model, age) is not { } loss)
        {
            return null;
        }

        return $"--retain-signals {RescoreLoss.Days(age)}: {loss.Describe(model)}, and a rescore misses them: publishing, preview, shadow, and scores of the past. Scores as they stand keep them. From {RescoreLoss.Days(loss.NegligibleAfter)} on nothing counts a thousandth of a point.";
    }
}
