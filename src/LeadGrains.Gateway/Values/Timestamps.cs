using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using LeadGrains.Gateway.Calls;
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

    /// <summary>The instant, cut to 100 ns; null where the field is unset.</summary>
    /// <exception cref="RpcException">It is outside the range of a timestamp.</exception>
    public static Instant? Read(Timestamp? timestamp, string field)
    {
        if (timestamp is null)
            return null;
        if (timestamp.Seconds is < FirstSecond or > LastSecond || timestamp.Nanos is < 0 or >= NanosPerSecond)
            throw Faults.Invalid(field, $"{field} must lie in the years 1 to 9999, with nanos in 0 to 999999999");
        return new Instant(timestamp.Seconds * TimeSpan.TicksPerSecond + timestamp.Nanos / NanosPerTick);
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
