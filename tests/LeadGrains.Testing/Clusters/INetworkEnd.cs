namespace LeadGrains.Testing;

/// <summary>A node, as what lies between nodes knows it.</summary>
internal interface INetworkEnd
{
    /// <summary>It has not died.</summary>
    bool IsAlive { get; }

    /// <summary>Completes when it dies.</summary>
    Task Died { get; }

    /// <summary>Passes while the process runs; waits while it is stopped.</summary>
    Task RunsAsync();

    /// <summary>Does what another node asks.</summary>
    Task<ReadOnlyMemory<byte>> AskAsync(ReadOnlyMemory<byte> request);
}
