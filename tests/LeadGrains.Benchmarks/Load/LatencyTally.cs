using LeadGrains.Host.Loading;
using LeadGrains.V1;

namespace LeadGrains.Benchmarks.Load;

/// <summary>The latencies of one stream, and which batches waited so long that people would call it a pause.</summary>
/// <param name="from">Batches that were due before this timestamp are not counted.</param>
internal sealed class LatencyTally(long from)
{
    public static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly LoadTotals _totals = new();

    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Signals of the batches that are counted.</summary>
    public long Signals { get; private set; }

    /// <summary>When the batches that waited for a pause and more were due.</summary>
    public List<long> Paused { get; } = [];

    /// <param name="due">When the batch was to be sent.</param>
    /// <param name="signals">How many.</param>
    /// <param name="answer">The answer.</param>
    public void Add(long due, int signals, StreamSignalsResponse answer)
    {
        var latency = TimeProvider.System.GetElapsedTime(due);
        _totals.Add(signals, answer.Recorded, answer.Duplicates, answer.Rejections.Count);
        if (due < from)
            return;
        Signals += answer.Recorded;
        Latencies.Record(latency);
        if (latency > Pause)
            Paused.Add(due);
    }
}
