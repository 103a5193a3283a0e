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
        var runs = Setting("LEADGRAINS_SIMULATOR_RUNS", Runs);
        var erased = await SimulatorRun.EachAsync(
            Enumerable.Range(Setting("LEADGRAINS_SIMULATOR_SEED", otherwise: 1), runs), AtOnce,
            seed => SimulatorRun.OfAsync(seed, ErasureSimulator.StartAsync, Steps, simulator => simulator.Erasures));
        Assert.True(erased.Sum() > runs, $"Only {erased.Sum()} ids were erased.");
    }
}
