using Google.Protobuf.WellKnownTypes;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Values;

/// <summary>Instants on the wire.</summary>
internal static class Timestamps
{
    // The range that timestamp.proto states: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
    private const long FirstSecond = -62_135_596_800;
    private const long LastSecond = 253_402_300_799;
    private const int NanosPerTick = 100;
    private const int NanosPerSecond = 1_000_000_000;

    /// <summary>Gives the instant, cut to 100 ns; false if it is outside the range of a timestamp.</summary>
    public static bool TryRead(Timestamp timestamp, out Instant instant)
    {
        instant = default;
        if (timestamp.Seconds is < FirstSecond or > LastSecond || timestamp.Nanos is < 0 or >= NanosPerSecond)
            return false;
        instant = new Instant(timestamp.Seconds * TimeSpan.TicksPerSecond + timestamp.Nanos / NanosPerTick);
        return true;
    }

    public static Timestamp Write(Instant instant)
    {
        var seconds = Math.DivRem(instant.Ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
            (seconds, rest) = (seconds - 1, rest + TimeSpan.TicksPerSecond);
        return new Timestamp { Seconds = seconds, Nanos = (int)rest * NanosPerTick };
    }

    public static Timestamp? Write(Instant? instant) => instant is { } known ? Write(known) : null;
}
