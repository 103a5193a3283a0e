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

/// <summary>How the proto names the fields.</summary>
internal static class SignalFieldNames
{
    private static readonly string[] Names =
        ["signal", "id", "source", "type", "contact_id", "account_id", "email", "occurred_at", "attributes"];

    /// <summary>The name in the proto; "signal" for the signal as a whole.</summary>
    public static string Name(this SignalField field) => Names[(int)field];
}
