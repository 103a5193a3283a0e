using LeadGrains.Scoring;

namespace LeadGrains.Grains.Rollup;

/// <summary>What ties a contact to its account.</summary>
internal struct ContactLink
{
    /// <summary>The account, as the loop's references number them, plus 1; 0 for none.</summary>
    public int AccountAfter;

    /// <summary>The contribution to that account, where the same loop holds it, plus 1; 0 where that is not known.</summary>
    public int ContributionAfter;

    /// <summary>The place of what the account is to be told, plus 1; 0 where it has been told all.</summary>
    public int OwedAfter;

    /// <summary>The code of the weight of the contact's role.</summary>
    public ushort Weight;

    /// <summary>The role's place among the model's, plus 1; 0 for none.</summary>
    public byte Role;
}

/// <summary>What a contact's account is to be told beside points and role, until it has been.</summary>
internal struct OwedTerms
{
    /// <summary>What the newest signal belongs to. Means nothing before the first.</summary>
    public ActivityRun Run;

    /// <summary>Newest scoring instant of a signal that brought points; <see cref="Instant.Min"/> for never.</summary>
    public Instant EngagedAt;

    /// <summary>The version that is on its way, or waits to be; 0 where none does yet.</summary>
    public long Version;

    /// <summary>Where that version is.</summary>
    public OwedState State;
}

/// <summary>Where a contribution is on its way to the account.</summary>
internal enum OwedState : byte
{
    /// <summary>The account has acknowledged the newest version, or is about to be told within the turn.</summary>
    Nothing = 0,

    /// <summary>It waits to be sent.</summary>
    Listed = 1,

    /// <summary>It was sent and is not acknowledged.</summary>
    Sent = 2,
}
