namespace LeadGrains.Grains.Partitions;

/// <summary>What a loop tells its node, from its own thread.</summary>
/// <param name="CaughtUp">Every contribution of its contacts has been delivered at least once since the start.</param>
/// <param name="Faulted">It has stopped by itself.</param>
internal sealed record LoopEvents(Action<PartitionLoop> CaughtUp, Action<Exception> Faulted);
