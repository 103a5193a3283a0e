namespace LeadGrains.Grains.Remote;

/// <summary>What a request is on the way between nodes: its first byte. Never renumbered.</summary>
internal enum RequestKind : byte
{
    /// <summary>It does not travel.</summary>
    None = 0,

    /// <summary>cluster.v1.SignalsRequest.</summary>
    RecordSignals = 1,

    /// <summary>cluster.v1.EntriesRequest.</summary>
    AppendEntries = 2,

    /// <summary>cluster.v1.ContactsRequest.</summary>
    ReadContacts = 3,
}
