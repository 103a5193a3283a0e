using System.Globalization;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Servers;

namespace LeadGrains.Benchmarks.Growth;

/// <summary>What a signal costs when there are ten, a hundred, a thousand times the contacts.</summary>
internal static class GrowthTrials
{
    private const string Group = "growth";
    private const string Name = "stream, batches of 1,000, a tenth as many accounts as contacts";

    public static IEnumerable<Experiment> All(GrowthWork work) => [new Trial(Group, Name, (_, cancellationToken) => RunAsync(work, cancellationToken))];

    private static async Task<Outcome> RunAsync(GrowthWork work, CancellationToken cancellationToken)
    {
        var entrants = await work.RunAsync(cancellationToken);
        var outcome = Outcome.Of(Group, Name, [Measure.PerSecond, Measure.ServerProcessor], entrants);
        return outcome with
        {
            Findings = [.. entrants.Zip(entrants.Skip(1)).Select(pair => Find(pair.First, pair.Second))],
            Notes =
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Turns of {RunningServer.SignalsPerCheckpoint:N0} signals, as many as come between two checkpoints. Processor time has the rows written after the last answer in it, the rate has not. All contacts that get signals fit into memory, and before each turn they had as many signals as others had in all: fewer each where there are more."),
            ],
        };
    }

    private static Finding Find(Entrant fewer, Entrant more) => new(
        Promises.Growth,
        $"{more.Name} beside {fewer.Name}",
        Spread.Of(more.Samples.Zip(fewer.Samples, (mine, its) => mine[Measure.ServerProcessor] / its[Measure.ServerProcessor])));
}
