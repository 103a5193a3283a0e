using System.Globalization;

namespace LeadGrains.Grains.Tests.Simulation;

public sealed class RetentionSimulatorTests
{
    private const int Runs = 8;
    private const int Steps = 90;
    private const int AtOnce = 4;

    // LEADGRAINS_SIMULATOR_SEED picks the first seed, LEADGRAINS_SIMULATOR_RUNS says how many there are.
    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [Fact]
    public async Task Remove_WhileMonthsPassAndProcessesDie_LeavesNothingOfOldSignalsAndAllScoresAsTheyAre()
    {
        var removed = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(Setting("LEADGRAINS_SIMULATOR_SEED", otherwise: 1), Setting("LEADGRAINS_SIMULATOR_RUNS", Runs)),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (seed, _) => Interlocked.Add(ref removed, await RunAsync(seed)));
        Assert.True(removed > Setting("LEADGRAINS_SIMULATOR_RUNS", Runs), $"Only {removed} signals were removed.");
    }

    private static async Task<int> RunAsync(int seed)
    {
        await using var simulator = await RetentionSimulator.StartAsync(seed);
        try
        {
            for (var step = 0; step < Steps; step++)
                await simulator.StepAsync().WaitAsync(TimeSpan.FromSeconds(120));
            await simulator.CheckAsync().WaitAsync(TimeSpan.FromSeconds(120));
            return simulator.Removed;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Simulator of retention failed with seed {seed}: {failure.Message}", failure);
        }
    }
}
