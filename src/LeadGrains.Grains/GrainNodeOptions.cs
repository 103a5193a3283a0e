namespace LeadGrains.Grains;

/// <summary>How much a node takes on. The defaults suit a small machine.</summary>
public sealed record GrainNodeOptions
{
    /// <summary>Loops that drive the partitions, each a thread of its own. At least 1.</summary>
    public int Loops { get; init; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>Threads that read the rows and apply the journal's tail at a start, of all loops together; each loop has one at least.</summary>
    public int RecoveryThreads { get; init; } = Environment.ProcessorCount;

    /// <summary>Activations kept in memory, of all loops together. Idle ones beyond it leave.</summary>
    public int ActiveGrains { get; init; } = 250_000;

    /// <summary>Signals and items that wait for a loop. Beyond it callers get <see cref="OverloadedException"/>.</summary>
    public int QueueCapacity { get; init; } = 100_000;

    /// <summary>Signals and items that one turn takes.</summary>
    public int TurnCapacity { get; init; } = 20_000;

    /// <summary>
    /// A checkpoint begins when a partition's journal tail, the entries that its rows do not hold, is this long. Where it becomes
    /// four times as long, and four times what a turn takes, callers wait for rows.
    /// </summary>
    public int CheckpointEntries { get; init; } = 100_000;

    /// <summary>A checkpoint also begins when the tail is this old.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Contributions go out at the latest after this time, and at once when a loop has nothing else to do: nothing waits for a turn, and none is under way.</summary>
    public TimeSpan RollupDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>How often stages are compared with what time alone has made of the scores. At most a minute.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long signals and people are kept.</summary>
    public RetentionOptions Retention { get; init; } = new();
}
