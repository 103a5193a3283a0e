namespace LeadGrains.Benchmarks.Peers;

/// <summary>Records events over a connection of its own.</summary>
internal interface IEventWriter : IDisposable
{
    /// <summary>Records the next request's events, and returns when they are durable.</summary>
    void Write(PeerEvents events);
}

/// <summary>What keeps events and scores.</summary>
internal interface IPeerStore
{
    /// <summary>The process that started all others of the server.</summary>
    int ProcessId { get; }

    /// <summary>How many events it has, and the sums of all scores.</summary>
    (long Events, double ContactScores, double AccountScores) Read();

    /// <summary>Removes the events, so that every turn begins alike. Scores stay.</summary>
    void RemoveEvents();
}
