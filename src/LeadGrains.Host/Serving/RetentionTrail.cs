using System.Globalization;
using LeadGrains.Gateway.Access;
using LeadGrains.Grains;
using LeadGrains.Host.Composition;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Serving;

/// <summary>Tells operators what is let go of since it is too old, and what that means for scores.</summary>
internal static class RetentionTrail
{
    /// <summary>From here on every run is logged and stands in the audit trail; and warns at once of what a rescore will miss.</summary>
    public static void Watch(GrainEngine engine, RetentionOptions retention, ILogger log, TimeProvider clock)
    {
        var audit = new AuditTrail(engine.Store.Registry, clock);
        engine.WatchRetention(async (run, cancellationToken) =>
        {
            ServerLog.LetGo(log, run.RemovedSignals, run.Rewritten, run.FinishedAt!.Value - run.BegunAt);
            await audit.RecordAsync(run, cancellationToken);
        });
        if (LossOf(retention, engine.Model.Model) is { } loss)
        {
            ServerLog.RescoreLoses(log, loss);
        }
    }

    /// <summary>What a rescore under a model will miss of signals that are not kept; null where that is next to nothing.</summary>
    public static string? LossOf(RetentionOptions retention, ScoringModel model)
    {
        if (retention.Signals is not { } age || RescoreLoss.Of(model, age) is not { } loss)
        {
            return null;
        }

        var all = loss.AllPoints is { } most ? string.Create(CultureInfo.InvariantCulture, $"all of the group together up to {most:0.###}") : "the group has no cap";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"--retain-signals {Days(age)}: under model {model.Name} a signal of that age still counts up to {loss.Points:0.###} points (rule {loss.Rule.Name}, group {loss.Group.Name} with a half-life of {Days(loss.Group.HalfLife.ToTimeSpan())}; {all}), and a rescore misses them: publishing, preview, shadow, and scores of the past. Scores as they stand keep them. From {Days(loss.NegligibleAfter)} on nothing counts a thousandth of a point.");
    }

    private static string Days(TimeSpan span) => span == TimeSpan.MaxValue
        ? "no age"
        : span.TotalDays >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(span.TotalDays * 10) / 10:0.#}d")
            : string.Create(CultureInfo.InvariantCulture, $"{span.TotalHours:0.####}h");
}
