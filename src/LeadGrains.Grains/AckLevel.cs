namespace LeadGrains.Grains;

/// <summary>How far a batch must have come before it is acknowledged. The numbers are the API's.</summary>
public enum AckLevel
{
    /// <summary>Durable in the journal.</summary>
    Recorded = 1,

    /// <summary>Durable, applied, rolled up into the accounts and visible to ranked queries.</summary>
    Ranked = 2,
}
