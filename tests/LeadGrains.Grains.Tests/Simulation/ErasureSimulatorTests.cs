using System.Globalization;

namespace LeadGrains.Grains.Tests.Simulation;

public sealed class ErasureSimulatorTests
{
    private const int Runs = 12;
    private const int Steps = 40;
    private const int AtOnce = 4;

    // LEADGRAINS_SIMULATOR_SEED picks the first seed, LEADGRAINS_SIMULATOR_RUNS says how many there are.
    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [Fact]
    public async Task Erase_WhileProcessesDieAndModelsArePublished_LeavesNothingOfThePersonAndOthersAsTheyAre()
    {
        var erased = 0;
        await Parallel.ForEachAsync(
            Enumerable.Range(Setting("LEADGRAINS_SIMULATOR_SEED", otherwise: 1), Setting("LEADGRAINS_SIMULATOR_RUNS", Runs)),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (seed, _) => Interlocked.Add(ref erased, await RunAsync(seed)));
        Assert.True(erased > Setting("LEADGRAINS_SIMULATOR_RUNS", Runs), $"Only {erased} ids were erased.");
    }

    private static async Task<int> RunAsync(int seed)
    {
        await using var simulator = await ErasureSimulator.StartAsync(seed);
        try
        {
            for (var step = 0; step < Steps; step++)
                await simulator.StepAsync().WaitAsync(TimeSpan.FromSeconds(120));
            await simulator.CompareAsync().WaitAsync(TimeSpan.FromSeconds(120));
            return simulator.Erasures;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Simulator of erasures failed with seed {seed}: {failure.Message}", failure);
        }
    }
}
