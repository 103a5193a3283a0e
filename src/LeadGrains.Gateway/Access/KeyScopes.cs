namespace LeadGrains.Gateway.Access;

/// <summary>What a key is good for. None includes another.</summary>
[Flags]
public enum KeyScopes
{
    /// <summary>Nothing but being known.</summary>
    None = 0,

    /// <summary>Tells of signals, contacts and accounts.</summary>
    Ingest = 1,

    /// <summary>Asks for contacts, accounts, rankings, models and changes.</summary>
    Read = 2,

    /// <summary>Tries and publishes models.</summary>
    Model = 4,

    /// <summary>Sets up what the workspace sends out, erases people, reads the audit trail.</summary>
    Admin = 8,

    /// <summary>Everything.</summary>
    All = Ingest | Read | Model | Admin,
}
