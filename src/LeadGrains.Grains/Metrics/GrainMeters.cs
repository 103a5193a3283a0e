using System.Diagnostics.Metrics;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

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

    /// <summary>From here on asks for the loops that serve, and the journal, whenever somebody observes.</summary>
    public void Watch(Func<IReadOnlyList<PartitionLoop>> loops, IJournal journal, int queueCapacity)
    {
        IEnumerable<Partition> Partitions() => loops().SelectMany(loop => loop.Partitions);
        Meter.CreateObservableUpDownCounter(
            "leadgrains.grains.queue.weight", () => loops().Sum(loop => (long)loop.Queue.Weight), "{item}", "Signals and items that wait for a loop.");
        Meter.CreateObservableUpDownCounter(
            "leadgrains.grains.queue.capacity", () => loops().Count * (long)queueCapacity, "{item}", "Signals and items that may wait for all loops; beyond it calls are refused.");
        Meter.CreateObservableUpDownCounter("leadgrains.grains.active", () => Partitions().Sum(partition => (long)partition.ActiveCount), "{grain}", "Grains in memory.");
        Meter.CreateObservableUpDownCounter("leadgrains.grains.known", () => Known(Partitions()), "{grain}", "Contacts and accounts that are known, by kind.");
        Meter.CreateObservableUpDownCounter("leadgrains.grains.partitions", () => Partitions().LongCount(), "{partition}", "Partitions that are driven here.");
        Meter.CreateObservableUpDownCounter(
            "leadgrains.grains.partitions.incomplete", () => Partitions().LongCount(partition => !partition.IsComplete), "{partition}",
            "Partitions whose accounts have not heard from all contacts yet.");
        Meter.CreateObservableGauge(
            "leadgrains.grains.partition.lag", () => Partitions().Select(partition => Math.Max(0, journal.LastSequence(partition.Index) - partition.AppliedSequence)).DefaultIfEmpty().Max(),
            "{entry}", "Durable entries that are not applied yet, of the partition with the most.");
        Meter.CreateObservableUpDownCounter("leadgrains.journal.partitions", () => journal.PartitionCount, "{partition}", "Partitions of the store, wherever they are driven.");
        Meter.CreateObservableUpDownCounter("leadgrains.journal.entries", () => journal.EntryCount, "{entry}", "Entries in the journal.");
        Meter.CreateObservableGauge(
            "leadgrains.grains.checkpoint.tail", () => loops().Select(loop => loop.LongestTail).DefaultIfEmpty().Max(), "{entry}",
            "Entries that no row holds yet, of the partition with the most.");
        Meter.CreateObservableUpDownCounter(
            "leadgrains.grains.checkpoint.waiting", () => loops().LongCount(loop => loop.WaitsForRows), "{loop}", "Loops that take nothing new until rows have been written.");
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

    /// <returns>How long it took.</returns>
    public TimeSpan Committed(long handedOver)
    {
        var elapsed = _clock.GetElapsedTime(handedOver);
        _commitDuration.Record(elapsed.TotalSeconds);
        return elapsed;
    }

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

    private static IEnumerable<Measurement<long>> Known(IEnumerable<Partition> partitions)
    {
        var (contacts, accounts) = (0L, 0L);
        foreach (var partition in partitions)
        {
            contacts += partition.Contacts.Keys.Slots;
            accounts += partition.Accounts.Keys.Slots;
        }

        yield return new Measurement<long>(contacts, new KeyValuePair<string, object?>("kind", "contact"));
        yield return new Measurement<long>(accounts, new KeyValuePair<string, object?>("kind", "account"));
    }

    private static void Add(Counter<long> counter, int count)
    {
        if (count > 0)
            counter.Add(count);
    }
}
