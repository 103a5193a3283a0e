using Google.Protobuf.WellKnownTypes;

namespace LeadGrains.Gateway.Tests.Services;

/// <summary>Signals that are in order.</summary>
internal static class Signals
{
    public static V1.Signal Of(string contact, string id, string type = "visit") => new() { Id = id, Type = type, ContactId = contact };

    public static V1.Signal At(this V1.Signal signal, DateTimeOffset occurredAt)
    {
        signal.OccurredAt = Timestamp.FromDateTimeOffset(occurredAt);
        return signal;
    }

    public static V1.Signal In(this V1.Signal signal, string account)
    {
        signal.AccountId = account;
        return signal;
    }

    public static IEnumerable<V1.Signal> Many(int count, string prefix = "s") =>
        Enumerable.Range(0, count).Select(number => Of($"c{number % 50}", $"{prefix}{number}"));
}
