using System.Diagnostics;
using System.Globalization;
using LeadGrains.Benchmarks.Measuring;

namespace LeadGrains.Benchmarks.Overload;

/// <summary>What becomes of calls when five times as many come as can be taken, and afterwards.</summary>
internal static class OverloadTrials
{
    private const string Group = "overload";
    private const double Half = 0.5;
    private const double Much = 5;

    private static readonly Measure Offered = new("offeredCalls", "calls offered a second");
    private static readonly Measure RefusedShare = new("refusedPercent", "% refused", "0.0");
    private static readonly Measure RefusalP50 = new("refusalP50Milliseconds", "refusal p50 ms", "0.000");
    private static readonly Measure RefusalP99 = new("refusalP99Milliseconds", "refusal p99 ms", "0.000");

    public static IEnumerable<Experiment> All(OverloadWork work)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"calls of {OverloadWork.Batch} signals, at five times {work.MostPerSecond:N0} signals a second");
        yield return new Trial(Group, name, (_, cancellationToken) => RunAsync(work, name, cancellationToken));
    }

    private static async Task<Outcome> RunAsync(OverloadWork work, string name, CancellationToken cancellationToken)
    {
        var calm = work.Length / 3;
        var before = await work.OfferAsync(Half, calm, cancellationToken);
        await work.RestAsync(cancellationToken);
        var memory = await work.MemoryAsync(cancellationToken);
        using var sampling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var peak = PeakAsync(work, sampling.Token);
        var flooded = await work.OfferAsync(Much, work.Length, cancellationToken);
        var ended = Stopwatch.GetTimestamp();
        await sampling.CancelAsync();
        var after = await work.OfferAsync(Half, calm, cancellationToken);

        var grown = await peak - memory;
        var recovery = after.LastRefusal == 0 ? 0 : Math.Max(0, Stopwatch.GetElapsedTime(ended, after.LastRefusal).TotalSeconds);
        var outcome = Outcome.Of(
            Group, name, [Measure.P50, Measure.P99],
            [new Entrant("half of it, before", SampleOf(before)), new Entrant("five times as much", SampleOf(flooded)), new Entrant("half of it, right after", SampleOf(after))]);
        return outcome with
        {
            Findings =
            [
                new Finding(Promises.OverloadLatency, "", outcome["five times as much"].Ratio(Measure.P99)!),
                new Finding(Promises.OverloadThroughput, "", Spread.Of([flooded.Signals / flooded.Elapsed.TotalSeconds / work.MostPerSecond])),
                new Finding(Promises.OverloadMemory, "", Spread.Of([grown])),
                new Finding(Promises.OverloadRecovery, "", Spread.Of([recovery])),
            ],
            Notes =
            [
                string.Create(CultureInfo.InvariantCulture, $"Over {work.Length.TotalSeconds:N0} s. Memory stood at {memory:N0} MiB before and at {memory + grown:N0} MiB at most. {flooded.NotSent:N0} calls that were due were not made, since the generator had 4,096 open. After the end of it the last call was refused after {recovery:0.00} s."),
                "Calls are sent whatever becomes of those before, and latency counts from sending. Generator and server share the machine, so that a part of what the server takes less goes to the generator's refused calls.",
            ],
        };
    }

    private static Sample SampleOf(OfferedResult result)
    {
        var calls = result.Answers.Count + result.Refusals.Count;
        var sample = new Sample(
            (Offered, calls / result.Elapsed.TotalSeconds),
            (Measure.PerSecond, result.Signals / result.Elapsed.TotalSeconds),
            (Measure.P50, result.Answers.Percentile(0.5).TotalMilliseconds),
            (Measure.P99, result.Answers.Percentile(0.99).TotalMilliseconds),
            (Measure.P999, result.Answers.Percentile(0.999).TotalMilliseconds),
            (RefusedShare, 100.0 * result.Refusals.Count / calls));
        return result.Refusals.Count == 0
            ? sample
            : sample.With((RefusalP50, result.Refusals.Percentile(0.5).TotalMilliseconds), (RefusalP99, result.Refusals.Percentile(0.99).TotalMilliseconds));
    }

    private static async Task<double> PeakAsync(OverloadWork work, CancellationToken ended)
    {
        var peak = 0.0;
        try
        {
            while (true)
            {
                peak = Math.Max(peak, await work.MemoryAsync(ended));
                await Task.Delay(TimeSpan.FromSeconds(1), ended);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            return peak;
        }
    }
}
