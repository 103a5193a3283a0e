namespace LeadGrains.Scoring;

/// <summary>How far an e-mail address leads, from the least to the farthest.</summary>
public enum AddressReach : byte
{
    /// <summary>It is no address.</summary>
    Nowhere,

    /// <summary>To a person only: its host is one of free mail, or one that names no account.</summary>
    Person,

    /// <summary>To an account, by its registrable domain.</summary>
    Account,
}
