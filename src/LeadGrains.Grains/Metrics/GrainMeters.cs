using System.Diagnostics.Metrics;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Metrics;

/// <summary>
/// What grains count, under the meter "leadgrains.grains". Loops count once for each turn or write, never for each
/// signal; nothing here allocates or locks.
/// </summary>
internal sealed class GrainMeters : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "leadgrains.grains";

    private readonly TimeProvider _clock;
    private readonly Histogram<int> _turnSize;
    private readonly Histogram<double> _commitDuration;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _activations;
    private readonly Counter<long> _coldReads;
    private readonly Counter<long> _evictions;
    private readonly Counter<long> _rows;
    private readonly Counter<long> _contributions;
    private readonly Counter<long> _stages;
    private readonly Histogram<double> _recoveryDuration;
    private readonly Counter<long> _replayed;

    /// <summary>Begins to count.</summary>
    /// <param name="clock">Measures how long commits take.</param>
    public GrainMeters(TimeProvider clock)
    {
        _clock = clock;
        _turnSize = Meter.CreateHistogram<int>("leadgrains.grains.turn.size", "{entry}", "Entries of one turn; turns without entries are not counted.");
        _commitDuration = Meter.CreateHistogram<double>("leadgrains.grains.commit.duration", "s", "From a turn handed to the journal to its entries being durable.");
        _refused = Meter.CreateCounter<long>("leadgrains.grains.queue.refused", "{request}", "Requests that found a queue full; one that waits for room counts each time it looks.");
        _activations = Meter.CreateCounter<long>("leadgrains.grains.activations", "{grain}", "Grains brought into memory, new or from their rows.");
        _coldReads = Meter.CreateCounter<long>("leadgrains.grains.cold_reads", "{grain}", "Grains that a turn or a replay needed and had to read from the store.");
        _evictions = Meter.CreateCounter<long>("leadgrains.grains.evictions", "{grain}", "Grains that left memory.");
        _rows = Meter.CreateCounter<long>("leadgrains.grains.rows.written", "{row}", "Rows of grains written to the store.");
        _contributions = Meter.CreateCounter<long>("leadgrains.grains.contributions.sent", "{contribution}", "What contacts contribute to accounts, each time it was sent.");
        _stages = Meter.CreateCounter<long>("leadgrains.grains.stages.changed", "{change}", "Changes of stage that were applied.");
        _recoveryDuration = Meter.CreateHistogram<double>("leadgrains.grains.recovery.duration", "s", "From a start's first read until every account had its contributions.");
        _replayed = Meter.CreateCounter<long>("leadgrains.grains.recovery.replayed", "{entry}", "Entries that a start applied again.");
    }

    /// <summary>The meter itself.</summary>
    public Meter Meter { get; } = new(Name);

    /// <summary>From here on asks for the loops that serve whenever somebody observes.</summary>
    public void Watch(Func<IReadOnlyList<PartitionLoop>> loops)
    {
        Meter.CreateObservableUpDownCounter(
            "leadgrains.grains.queue.weight", () => loops().Sum(loop => (long)loop.Queue.Weight), "{item}", "Signals and items that wait for a loop.");
        Meter.CreateObservableGauge(
            "leadgrains.grains.checkpoint.tail", () => loops().Select(loop => loop.LongestTail).DefaultIfEmpty().Max(), "{entry}",
            "Entries that no row holds yet, of the partition with the most.");
        Meter.CreateObservableGauge(
            "leadgrains.grains.resident.size", () => loops().Sum(loop => loop.MemoryBytes), "By",
            "Memory of what stays of every contact and account: keys, columns, contributions and names.");
    }

    /// <summary>A turn goes to the journal.</summary>
    /// <returns>What <see cref="Committed"/> wants.</returns>
    public long HandedOver(int entries)
    {
        _turnSize.Record(entries);
        return _clock.GetTimestamp();
    }

    public void Committed(long handedOver) => _commitDuration.Record(_clock.GetElapsedTime(handedOver).TotalSeconds);

    public void Refused() => _refused.Add(1);

    public void Activated(int grains) => Add(_activations, grains);

    /// <summary>Grains came back from the store, which makes them active.</summary>
    public void ColdRead(int grains)
    {
        Add(_coldReads, grains);
        Add(_activations, grains);
    }

    public void Evicted(int grains) => Add(_evictions, grains);

    public void RowsWritten(int rows) => Add(_rows, rows);

    public void ContributionsSent(int contributions) => Add(_contributions, contributions);

    public void StagesChanged(int changes) => Add(_stages, changes);

    public void Recovered(long replayed, TimeSpan elapsed)
    {
        _replayed.Add(replayed);
        _recoveryDuration.Record(elapsed.TotalSeconds);
    }

    public void Dispose() => Meter.Dispose();

    private static void Add(Counter<long> counter, int count)
    {
        if (count > 0)
            counter.Add(count);
    }
}
