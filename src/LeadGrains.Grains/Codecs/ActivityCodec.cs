using System.Runtime.CompilerServices;
using LeadGrains.Grains.Wire;
using LeadGrains.Scoring;
using Stored = LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Codecs;

/// <summary>Stretches of activity as rows keep them.</summary>
internal static class ActivityCodec
{
    /// <summary>Writes nothing where the begin is not known.</summary>
    public static void Write(MessageWriter to, int field, ActivityRun run)
    {
        if (run.BeganAt == Instant.Min)
            return;
        var begun = to.Begin(field);
        to.Number(Stored.ActivityRunState.BeganAtTicksFieldNumber, run.BeganAt.Ticks);
        if (run.DormantSince != Instant.Min)
            to.NumberAlways(Stored.ActivityRunState.DormantSinceTicksFieldNumber, run.DormantSince.Ticks);
        to.End(begun);
    }

    /// <summary>Reads an ActivityRunState.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ActivityRun Of(ReadOnlySpan<byte> message)
    {
        var run = new ActivityRun(new Instant(0), Instant.Min);
        var reader = new MessageReader(message);
        while (reader.TryReadTag(out var tag))
        {
            if (tag == ((Stored.ActivityRunState.BeganAtTicksFieldNumber << 3) | MessageReader.Varint))
                run = run with { BeganAt = new Instant(reader.Number()) };
            else if (tag == ((Stored.ActivityRunState.DormantSinceTicksFieldNumber << 3) | MessageReader.Varint))
                run = run with { DormantSince = new Instant(reader.Number()) };
            else
                reader.Skip(tag);
        }

        return run;
    }

    public static ActivityRun FromStored(Stored.ActivityRunState? stored) => stored is null
        ? ActivityRun.None
        : new ActivityRun(
            new Instant(stored.BeganAtTicks), stored.HasDormantSinceTicks ? new Instant(stored.DormantSinceTicks) : Instant.Min);
}
