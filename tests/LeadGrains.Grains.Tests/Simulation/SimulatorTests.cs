namespace LeadGrains.Grains.Tests.Simulation;

public sealed class SimulatorTests
{
    private const int Runs = 60;
    private const int Steps = 70;

    // Another one each day a developer likes: LEADGRAINS_SIMULATOR_SEED picks the first seed of the runs.
    private static int FirstSeed =>
        int.TryParse(Environment.GetEnvironmentVariable("LEADGRAINS_SIMULATOR_SEED"), System.Globalization.CultureInfo.InvariantCulture, out var seed) ? seed : 1;

    [Fact]
    public async Task Node_WhenItDiesAgainAndAgain_AgreesWithOneThatNeverDid()
    {
        var crashes = 0;
        for (var seed = FirstSeed; seed < FirstSeed + Runs; seed++)
            crashes += await RunAsync(seed);
        Assert.True(crashes > Runs, "The simulator hardly crashed anything.");
    }

    private static async Task<int> RunAsync(int seed)
    {
        try
        {
            await using var simulator = await Simulator.StartAsync(seed);
            for (var step = 0; step < Steps; step++)
                await simulator.StepAsync().WaitAsync(TimeSpan.FromSeconds(30));
            await simulator.CompareAsync().WaitAsync(TimeSpan.FromSeconds(30));
            return simulator.Crashes;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Simulator failed with seed {seed}: {failure.Message}", failure);
        }
    }
}
