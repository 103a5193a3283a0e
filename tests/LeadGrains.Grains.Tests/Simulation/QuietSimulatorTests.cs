using System.Globalization;

namespace LeadGrains.Grains.Tests.Simulation;

public sealed class QuietSimulatorTests
{
    private const int Runs = 6;
    private const int Steps = 110;
    private const int AtOnce = 4;

    // LEADGRAINS_SIMULATOR_SEED picks the first seed, LEADGRAINS_SIMULATOR_RUNS says how many there are.
    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [Fact]
    public async Task LetGo_WhilePeopleFallSilentAndComeBackAndProcessesDie_LeavesNothingOfTheSilentAndOthersAsTheyAre()
    {
        var (gone, same) = (0, 0);
        await Parallel.ForEachAsync(
            Enumerable.Range(Setting("LEADGRAINS_SIMULATOR_SEED", otherwise: 1), Setting("LEADGRAINS_SIMULATOR_RUNS", Runs)),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce },
            async (seed, _) =>
            {
                var counts = await RunAsync(seed);
                Interlocked.Add(ref gone, counts.Gone);
                Interlocked.Add(ref same, counts.Same);
            });
        Assert.True(Math.Min(gone, same) > Setting("LEADGRAINS_SIMULATOR_RUNS", Runs), $"Only {gone} ids were let go of, and {same} stayed.");
    }

    private static async Task<(int Gone, int Same)> RunAsync(int seed)
    {
        await using var simulator = await QuietSimulator.StartAsync(seed);
        try
        {
            for (var step = 0; step < Steps; step++)
                await simulator.StepAsync().WaitAsync(TimeSpan.FromSeconds(120));
            await simulator.CheckAsync().WaitAsync(TimeSpan.FromSeconds(240));
            return simulator.Counts;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Simulator of silent people failed with seed {seed}: {failure.Message}", failure);
        }
    }
}
