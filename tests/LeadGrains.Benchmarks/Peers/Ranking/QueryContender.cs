using System.Diagnostics;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Peers.Processes;
using LeadGrains.Host.Loading;

namespace LeadGrains.Benchmarks.Peers.Ranking;

/// <summary>Asks for the best over and over, the next time when the last answer is there.</summary>
/// <param name="name">As the report shows it.</param>
/// <param name="processId">The server.</param>
/// <param name="ask">Says how many rows were answered.</param>
internal sealed class QueryContender(string name, int processId, Func<Task<int>> ask)
{
    /// <summary>Rows that are asked for.</summary>
    public const int Rows = 100;

    public Contender Contender => new(name, TakeAsync);

    private async Task<Sample> TakeAsync(CancellationToken over)
    {
        var latencies = new LatencyHistogram();
        var serverTime = ProcessTree.ProcessorTime(processId);
        var began = Stopwatch.GetTimestamp();
        while (!over.IsCancellationRequested)
        {
            var asked = Stopwatch.GetTimestamp();
            var rows = await ask();
            latencies.Record(Stopwatch.GetElapsedTime(asked));
            if (rows != Rows)
                throw new InvalidOperationException($"{name} answers {rows} rows, not {Rows}.");
        }

        var elapsed = Stopwatch.GetElapsedTime(began);
        return new Sample(
            (Measure.PerSecond, latencies.Count / elapsed.TotalSeconds),
            (Measure.P50, latencies.Percentile(0.5).TotalMilliseconds),
            (Measure.P99, latencies.Percentile(0.99).TotalMilliseconds),
            (Measure.ServerProcessor, (ProcessTree.ProcessorTime(processId) - serverTime).TotalMicroseconds / latencies.Count));
    }
}
