using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>Stretches of activity as rows keep them.</summary>
internal static class ActivityCodec
{
    /// <summary>Null where the begin is not known.</summary>
    public static Stored.ActivityRunState? ToStored(ActivityRun run)
    {
        if (run.BeganAt == Instant.Min)
            return null;
        var stored = new Stored.ActivityRunState { BeganAtTicks = run.BeganAt.Ticks };
        if (run.DormantSince != Instant.Min)
            stored.DormantSinceTicks = run.DormantSince.Ticks;
        return stored;
    }

    public static ActivityRun FromStored(Stored.ActivityRunState? stored) => stored is null
        ? ActivityRun.None
        : new ActivityRun(
            new Instant(stored.BeganAtTicks), stored.HasDormantSinceTicks ? new Instant(stored.DormantSinceTicks) : Instant.Min);
}
