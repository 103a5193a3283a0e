using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>Which accounts of a partition woke up or surge, as the journal has it, and which are to be looked at. One thread at a time.</summary>
internal sealed class AccountNews
{
    /// <summary>The signals that last ended a dormant time, by the account's slot.</summary>
    public Dictionary<int, Instant> WokeUp { get; } = [];

    /// <summary>Slots of accounts that a signal, or somebody's leaving, may have made one that woke up.</summary>
    public SlotQueue MayHaveWoken { get; } = new();

    /// <summary>Slots of accounts that surge.</summary>
    public HashSet<int> Surging { get; } = [];

    /// <summary>Accounts whose points have changed since it was last seen to who surges.</summary>
    public ChangedAccounts MayHaveSurged { get; } = new();
}
