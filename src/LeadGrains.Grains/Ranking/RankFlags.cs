namespace LeadGrains.Grains.Ranking;

/// <summary>What a row is, one byte a slot.</summary>
[Flags]
internal enum RankFlags : byte
{
    /// <summary>A slot that only its key has.</summary>
    None = 0,

    /// <summary>It was upserted or had a signal of its own.</summary>
    HasEntry = 1,

    /// <summary>An account to which some contact belongs. The contribution table keeps it.</summary>
    HasContribution = 2,

    /// <summary>It or one of its contacts had a signal, so that its last signal's instant counts.</summary>
    HasSignal = 4,

    /// <summary>Left out unless asked for.</summary>
    Disqualified = 8,

    /// <summary>An account named as a domain that another account holds: never ranked.</summary>
    Claimed = 16,

    /// <summary>A contact that was merged into another one, and leads there.</summary>
    Redirect = 32,

    /// <summary>A contact whose account is known.</summary>
    HasAccount = 64,

    /// <summary>An account that others are parts of, with a share in what they have.</summary>
    HasSubsidiary = 128,

    /// <summary>It exists if it is any of these.</summary>
    Known = HasEntry | HasContribution | HasSubsidiary,
}
