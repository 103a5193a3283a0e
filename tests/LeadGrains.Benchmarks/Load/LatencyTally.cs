using LeadGrains.Host.Loading;
using LeadGrains.V1;

namespace LeadGrains.Benchmarks.Load;

/// <summary>The latencies of one stream, and which batches waited so long that people would call it a pause.</summary>
/// <param name="from">Batches that were due before this timestamp are not counted.</param>
internal sealed class LatencyTally(long from)
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly LoadTotals _before = new();
    private readonly LoadTotals _totals = new();

    public LatencyHistogram Latencies { get; } = new();

    public long Signals => _totals.Recorded;

    /// <summary>When the batches that waited for a pause and more were due.</summary>
    public List<long> Paused { get; } = [];

    /// <param name="due">When the batch was to be sent.</param>
    /// <param name="signals">How many.</param>
    /// <param name="answer">The answer.</param>
    public void Add(long due, int signals, StreamSignalsResponse answer)
    {
        var latency = TimeProvider.System.GetElapsedTime(due);
        (due < from ? _before : _totals).Add(signals, answer.Recorded, answer.Duplicates, answer.Rejections.Count);
        if (due < from)
            return;
        Latencies.Record(latency);
        if (latency > Pause)
            Paused.Add(due);
    }
}
