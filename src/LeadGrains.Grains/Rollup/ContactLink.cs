using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>What ties a contact to its account, and what the account is owed beside points.</summary>
internal struct ContactLink
{
    /// <summary>What the newest signal belongs to. Means nothing before the first.</summary>
    public ActivityRun Run;

    /// <summary>The weight of the contact's role.</summary>
    public double Weight;

    /// <summary>Newest scoring instant of a signal that brought points; <see cref="Instant.Min"/> for never.</summary>
    public Instant EngagedAt;

    /// <summary>The version that the account has not acknowledged; 0 where it has all.</summary>
    public long OwedVersion;

    /// <summary>The account, as the partition's account references number them, plus 1; 0 for none.</summary>
    public int AccountAfter;

    /// <summary>The contribution to that account, where the same loop holds it, plus 1; 0 where that is not known.</summary>
    public int ContributionAfter;

    /// <summary>Where the owed version is on its way.</summary>
    public OwedState Owed;

    /// <summary>The role's place among the model's, plus 1; 0 for none.</summary>
    public byte Role;
}

/// <summary>Where a contribution is on its way to the account.</summary>
internal enum OwedState : byte
{
    /// <summary>The account has acknowledged the newest version.</summary>
    Nothing = 0,

    /// <summary>It waits to be sent.</summary>
    Listed = 1,

    /// <summary>It was sent and is not acknowledged.</summary>
    Sent = 2,
}
