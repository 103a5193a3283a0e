using System.Globalization;

namespace LeadGrains.Grains.Tests.Simulation;

public sealed class SimulatorTests
{
    private const int Runs = 700;
    private const int Steps = 50;
    private const int DiskRuns = 400;
    private const int DiskSteps = 40;
    private const int ClusterRuns = 600;
    private const int ClusterSteps = 30;
    private const int SelfDrivenRuns = 300;
    private const int SelfDrivenSteps = 25;

    // Runs beside each other: each waits for its own clock most of the time.
    private const int AtOnce = 24;

    // Another one each day a developer likes: LEADGRAINS_SIMULATOR_SEED picks the first seed of the runs, and
    // LEADGRAINS_SIMULATOR_TIMES says how many times as many there are.
    private static int FirstSeed => Setting("LEADGRAINS_SIMULATOR_SEED");

    private static int Times => Setting("LEADGRAINS_SIMULATOR_TIMES");

    // LEADGRAINS_SIMULATOR_RUNS says how many there are instead, to look at one seed.
    private static int Only => Setting("LEADGRAINS_SIMULATOR_RUNS", otherwise: 0);

    [Fact]
    public async Task Node_WhenItDiesAgainAndAgain_AgreesWithOneThatNeverDid()
    {
        var crashes = await EachAsync(Runs, seed => SimulatorRun.OfAsync(seed, Simulator.StartAsync, Steps, simulator => simulator.Crashes));
        Assert.True(crashes.Sum() > crashes.Count, "The simulator hardly crashed anything.");
    }

    [Fact]
    public async Task Disk_WhenThePowerGoesAgainAndAgain_HasAllThatWasAcknowledged()
    {
        var runs = await EachAsync(DiskRuns, seed => SimulatorRun.OfAsync(
            seed, DiskSimulator.StartAsync, DiskSteps, simulator => (simulator.Crashes, simulator.TornTails, simulator.Segments)));
        Assert.True(runs.Sum(run => run.Crashes) > runs.Count, "The simulator hardly crashed anything.");
        Assert.True(runs.Sum(run => run.TornTails) > runs.Count / 4, $"Only {runs.Sum(run => run.TornTails)} commits were torn.");
        Assert.True(runs.Sum(run => run.Segments) > 2 * runs.Count, $"Only {runs.Sum(run => run.Segments)} segments were begun.");
    }

    [Fact]
    public async Task Cluster_WhenPartitionsMoveAndNodesDie_AgreesWithOneThatNeverDid()
    {
        var runs = await EachAsync(ClusterRuns, seed => SimulatorRun.OfAsync(
            seed, ClusterSimulator.StartAsync, ClusterSteps, simulator => (simulator.Moves, simulator.Deaths)));
        var (moves, deaths) = (runs.Sum(run => run.Moves), runs.Sum(run => run.Deaths));
        Assert.True(moves > runs.Count && deaths > runs.Count, "The simulator hardly moved or killed anything.");
    }

    [Fact]
    public async Task SelfDrivenCluster_WhenProcessesDieStopAndAreCutOff_AgreesWithOneToWhichNothingHappened()
    {
        var runs = await EachAsync(SelfDrivenRuns, seed => SimulatorRun.OfAsync(
            seed, SelfDrivenSimulator.StartAsync, SelfDrivenSteps, simulator => (simulator.Losses, simulator.Deaths)));
        var (losses, deaths) = (runs.Sum(run => run.Losses), runs.Sum(run => run.Deaths));
        // Many that are stopped or cut off go on before anybody has noticed.
        Assert.True(losses >= runs.Count / 2 && deaths >= runs.Count, $"Only {losses} nodes lost their partitions, and {deaths} died.");
    }

    private static int Setting(string name, int otherwise = 1) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    private static Task<IReadOnlyList<T>> EachAsync<T>(int runs, Func<int, Task<T>> run) =>
        SimulatorRun.EachAsync(Enumerable.Range(FirstSeed, Only > 0 ? Only : runs * Times), AtOnce, run);
}
