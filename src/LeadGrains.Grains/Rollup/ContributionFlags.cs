namespace LeadGrains.Grains.Rollup;

/// <summary>What a contribution says beside its figures.</summary>
[Flags]
internal enum ContributionFlags : byte
{
    /// <summary>A contact without a signal still makes its account exist.</summary>
    None = 0,

    /// <summary>The contact no longer counts for the account. The figures mean nothing.</summary>
    Withdrawn = 1,

    /// <summary>The contact has a recorded signal, the newest at <see cref="Contribution.LastSignalAt"/>.</summary>
    HasSignal = 2,

    /// <summary>A rule gave it positive points, last at <see cref="Contribution.EngagedAt"/>.</summary>
    HasEngaged = 4,

    /// <summary>
    /// The contact is disqualified: it belongs to the account and follows it where it leads, but adds nothing to it and
    /// does not make it exist. All figures are 0.
    /// </summary>
    Disqualified = 8,
}
