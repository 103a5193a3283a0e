using System.Globalization;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Latency;

/// <summary>How long a batch waits for its acknowledgement when the server is half and when it is nearly full.</summary>
internal static class LatencyTrials
{
    private const string Group = "latency";
    private const string Served = "LeadGrains, durable and scored";
    private const double Half = 0.5;

    public static IEnumerable<Experiment> All(LatencyWork work) => new[] { Half, 0.8 }.Select(share => At(work, share));

    private static Trial At(LatencyWork work, double share)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{LatencyWork.Shape.Name}, at {share * 100:0} % of {work.MostPerSecond:N0} a second");
        return new Trial(Group, name, async (_, cancellationToken) =>
        {
            var rate = work.MostPerSecond * share;
            var sink = new Entrant("the sink", await work.SinkAsync(rate, cancellationToken));
            var served = new Entrant(Served, await work.ServerAsync(rate, cancellationToken));
            var outcome = Outcome.Of(Group, name, [Measure.P50, Measure.P99, Measure.P999], [sink, served]);
            return outcome with
            {
                Findings = share.Equals(Half) ? [.. Findings(outcome[Served], work.Length)] : [],
                Notes =
                [
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"The rate is a share of what the server goes on taking: the time until the rows of {LatencyWork.SignalsForMost:N0} signals were written counts. Over {work.Length.TotalSeconds:N0} s, after {LatencyWork.Settling.TotalSeconds:0} s of the same that are not counted, in which the rows of every partition were due {rate * work.Length.TotalSeconds / RunningServer.SignalsPerCheckpoint:0.0} times by the number of its entries. Batches are sent at instants fixed before, and latency counts from these; the generator's clock adds up to 1 ms to each."),
                ],
            };
        });
    }

    private static IEnumerable<Finding> Findings(Row served, TimeSpan length)
    {
        yield return new Finding(Promises.LatencyAtHalf, "", served.Figure(Measure.P99)!);
        yield return new Finding(
            Promises.Pauses, string.Create(CultureInfo.InvariantCulture, $"in {length.TotalMinutes:0.##} minutes"), served.Figure(PacedResult.PauseCount)!);
    }
}
