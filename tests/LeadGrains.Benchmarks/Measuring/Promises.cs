namespace LeadGrains.Benchmarks.Measuring;

/// <summary>All that is promised, in the order of the report's summary.</summary>
internal static class Promises
{
    private const string OfTheSink = " of the sink";
    private const string Times = " times";

    public static Promise IngestBy1 { get; } = new("Durable ingest, 1 signal a call, 64 callers", 0.75, true, OfTheSink);

    public static Promise IngestBy100 { get; } = new("Durable ingest, batches of 100", 0.6, true, OfTheSink);

    public static Promise IngestBy1000 { get; } = new("Durable ingest, batches of 1,000", 0.8, true, OfTheSink);

    public static Promise PostgresPerEvent { get; } = new("Durable ingest beside PostgreSQL's best form per event", 40, true, Times);

    public static Promise PostgresBatches { get; } = new("Durable ingest beside PostgreSQL's best batches", 4, true, Times);

    public static Promise RedisAlways { get; } = new("Durable ingest beside Redis with fsync always", 7, true, Times);

    public static Promise LatencyAtHalf { get; } = new("p99 of the acknowledgement at 50 % load", 10, false, " ms");

    public static Promise Pauses { get; } = new("Pauses over 100 ms at 50 % load", 0, false, "");

    public static Promise FullScan { get; } = new("Ranking, full scan beside the plain scan's time", 2, false, Times);

    public static Promise Pruning { get; } = new("Ranking, full scan's time beside the pruned one's", 20, true, Times);

    public static Promise RankingUnderIngest { get; } = new("Ranking under full ingest beside quiet", 2, false, Times);

    public static Promise Restart { get; } = new("Restart until ready", 10, false, " s");

    public static Promise Replay { get; } = new("Replay, where the tail is the limit", 1_000_000, true, " signals/s a core");

    public static Promise ContactMemory { get; } = new("Memory of an idle contact beyond its id", 300, false, " bytes");

    public static Promise AccountMemory { get; } = new("Memory of a ranked account", 200, false, " bytes");

    public static Promise Growth { get; } = new("Cost of a signal with ten times the contacts", 1.3, false, Times);

    public static Promise PostgresStore { get; } = new("Durable ingest over PostgreSQL beside the folder", 0.5, true, Times);

    public static Promise TwoNodes { get; } = new("Processor time of a signal on two nodes beside one", 1.5, false, Times);

    public static Promise OverloadLatency { get; } = new("p99 of calls that are let in at five times capacity beside half of it", 3, false, Times);

    public static Promise OverloadThroughput { get; } = new("Signals taken in at five times capacity beside capacity", 0.5, true, Times);

    public static Promise OverloadMemory { get; } = new("Memory that a minute at five times capacity adds", 256, false, " MiB");

    public static Promise OverloadRecovery { get; } = new("From the end of the overload to the last refusal", 2, false, " s");

    public static IReadOnlyList<Promise> All { get; } =
    [
        IngestBy1, IngestBy100, IngestBy1000, PostgresPerEvent, PostgresBatches, RedisAlways, LatencyAtHalf, Pauses, FullScan, Pruning,
        RankingUnderIngest, Restart, Replay, ContactMemory, AccountMemory, Growth, PostgresStore, TwoNodes,
        OverloadLatency, OverloadThroughput, OverloadMemory, OverloadRecovery,
    ];
}
