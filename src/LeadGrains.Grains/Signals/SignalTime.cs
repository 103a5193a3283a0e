using LeadGrains.Scoring;

namespace LeadGrains.Grains.Signals;

/// <summary>From a protobuf Timestamp to an instant.</summary>
internal static class SignalTime
{
    /// <summary>0001-01-01T00:00:00Z, the earliest second of a Timestamp.</summary>
    public const long MinSeconds = -62_135_596_800;

    /// <summary>9999-12-31T23:59:59Z, the last one.</summary>
    public const long MaxSeconds = 253_402_300_799;

    /// <summary>A Timestamp's nanoseconds are below this, and not below 0.</summary>
    public const int NanosPerSecond = 1_000_000_000;

    /// <summary>Stands for "not said".</summary>
    public static Instant Unset => Instant.Min;

    /// <summary>When it happened, cut to whole ticks; <see cref="Unset"/> where that is not said or no valid time.</summary>
    public static Instant OccurredAt(in SignalFields fields)
    {
        if (!fields.HasOccurredAt || fields.Seconds is < MinSeconds or > MaxSeconds || (uint)fields.Nanos >= NanosPerSecond)
            return Unset;
        return new Instant((fields.Seconds * TimeSpan.TicksPerSecond) + (fields.Nanos / TimeSpan.NanosecondsPerTick));
    }

    /// <summary>The instant that a signal scores at.</summary>
    public static Instant ScoringInstant(Instant occurredAt, Instant receivedAt) =>
        occurredAt == Unset ? receivedAt : Instant.Earlier(occurredAt, receivedAt);
}
