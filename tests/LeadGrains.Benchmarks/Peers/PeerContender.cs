using System.Diagnostics;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Peers.Processes;

namespace LeadGrains.Benchmarks.Peers;

/// <summary>A peer that records events over several connections, each of which sends its next request when the last one is durable.</summary>
/// <param name="store">The peer. Each contender of it adds to the same scores.</param>
/// <param name="connections">A writer and its events for each.</param>
internal sealed class PeerContender(IPeerStore store, IReadOnlyList<(IEventWriter Writer, PeerEvents Events)> connections)
{
    /// <summary>Works until the token fires, and then compares what the peer has with what was sent.</summary>
    /// <exception cref="InvalidOperationException">Events or weights are missing.</exception>
    public async Task<Sample> TakeAsync(CancellationToken over)
    {
        var before = store.Read();
        var (count, weights) = (Count, Weights);
        using var generator = Process.GetCurrentProcess();
        var (serverTime, generatorTime) = (ProcessTree.ProcessorTime(store.ProcessId), generator.TotalProcessorTime);
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(connections.Select(connection => Task.Factory.StartNew(
            () => Write(connection.Writer, connection.Events, over), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var elapsed = TimeProvider.System.GetElapsedTime(began);
        generator.Refresh();
        serverTime = ProcessTree.ProcessorTime(store.ProcessId) - serverTime;
        generatorTime = generator.TotalProcessorTime - generatorTime;

        count = Count - count;
        Check(before, store.Read(), count, Weights - weights);
        store.RemoveEvents();
        return new Sample(
            (Measure.PerSecond, count / elapsed.TotalSeconds),
            (Measure.ServerProcessor, serverTime.TotalMicroseconds / count),
            (Measure.GeneratorProcessor, generatorTime.TotalMicroseconds / count));
    }

    private long Count => connections.Sum(connection => connection.Events.Count);

    private long Weights => connections.Sum(connection => connection.Events.Weights);

    private static void Write(IEventWriter writer, PeerEvents events, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
            writer.Write(events);
    }

    private static void Check(
        (long Events, double ContactScores, double AccountScores) before, (long Events, double ContactScores, double AccountScores) after, long count, long weights)
    {
        var added = (after.Events - before.Events, after.ContactScores - before.ContactScores, after.AccountScores - before.AccountScores);
        if (added != (count, weights, weights))
            throw new InvalidOperationException($"The peer has events, contact scores and account scores of {added}, where {count} events of weight {weights} were sent.");
    }
}
