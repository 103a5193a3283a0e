namespace LeadGrains.Grains.Signals;

/// <summary>The fields of leadgrains.v1.Signal, by their numbers there.</summary>
internal enum SignalField : byte
{
    /// <summary>The signal as a whole.</summary>
    None = 0,
    Id = 1,
    Source = 2,
    Type = 3,
    ContactId = 4,
    AccountId = 5,
    Email = 6,
    OccurredAt = 7,
    Attributes = 8,
}

/// <summary>What belongs to each field.</summary>
internal static class SignalFieldFacts
{
    private static readonly string[] Names =
        ["signal", "id", "source", "type", "contact_id", "account_id", "email", "occurred_at", "attributes"];

    /// <summary>How the proto names it.</summary>
    public static string Name(this SignalField field) => Names[(int)field];

    /// <summary>Most bytes of the fields that are one text, by number.</summary>
    public static ReadOnlySpan<int> MaxTextBytes =>
    [
        0,
        Limits.SignalIdBytes,
        Limits.SourceBytes,
        Limits.SignalTypeBytes,
        Limits.GrainIdBytes,
        Limits.GrainIdBytes,
        Limits.EmailBytes,
    ];
}
