using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Running;

/// <summary>What a run was asked.</summary>
internal sealed record Settings
{
    /// <summary>The groups to measure; all where it is empty.</summary>
    public required IReadOnlyList<string> Groups { get; init; }

    /// <summary>Only experiments whose name contains this.</summary>
    public required string Name { get; init; }

    /// <summary>The contender to run alone; null for all.</summary>
    public required string? Alone { get; init; }

    public required Turns Turns { get; init; }

    /// <summary>Contacts of the ingest, latency and engine groups.</summary>
    public required int Contacts { get; init; }

    /// <summary>Their accounts.</summary>
    public required int Accounts { get; init; }

    /// <summary>Accounts of the ranking group, and those that the peers group ranks.</summary>
    public required int RankedAccounts { get; init; }

    /// <summary>Sizes that take long and a large machine.</summary>
    public required bool IsFull { get; init; }

    /// <summary>How long latencies are measured at each load.</summary>
    public required TimeSpan LatencyLength { get; init; }

    /// <summary>Where temporary folders are made: on the disk that is measured.</summary>
    public required DirectoryInfo Data { get; init; }

    /// <summary>Where the report goes; null for standard output alone.</summary>
    public required DirectoryInfo? Output { get; init; }
}
