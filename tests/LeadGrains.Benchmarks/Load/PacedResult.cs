using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Host.Loading;

namespace LeadGrains.Benchmarks.Load;

/// <summary>What a run at a given rate came to.</summary>
/// <param name="Signals">Each was answered as newly recorded.</param>
/// <param name="Elapsed">From when the first counted batch could be due to the last answer.</param>
/// <param name="Latencies">Of batches, from when they were due.</param>
/// <param name="Pauses">Stretches of batches that waited for more than 100 ms; of those that lie closer together, one.</param>
internal sealed record PacedResult(long Signals, TimeSpan Elapsed, LatencyHistogram Latencies, int Pauses)
{
    public static Measure PauseCount { get; } = new("pauses", "pauses over 100 ms");

    public static PacedResult Of(IReadOnlyList<LatencyTally> tallies, TimeSpan elapsed)
    {
        var all = new LatencyHistogram();
        foreach (var tally in tallies)
        {
            all.Add(tally.Latencies);
        }

        var pauses = 0;
        long? last = null;
        foreach (var due in tallies.SelectMany(tally => tally.Paused).Order())
        {
            if (last is not { } before || TimeProvider.System.GetElapsedTime(before, due) > LatencyTally.Pause)
                pauses++;
            last = due;
        }

        return new PacedResult(tallies.Sum(tally => tally.Signals), elapsed, all, pauses);
    }

    public Sample ToSample() => new(
        (Measure.PerSecond, Signals / Elapsed.TotalSeconds),
        (Measure.P50, Latencies.Percentile(0.5).TotalMilliseconds),
        (Measure.P99, Latencies.Percentile(0.99).TotalMilliseconds),
        (Measure.P999, Latencies.Percentile(0.999).TotalMilliseconds),
        (Measure.Longest, Latencies.Max.TotalMilliseconds),
        (PauseCount, Pauses));
}
