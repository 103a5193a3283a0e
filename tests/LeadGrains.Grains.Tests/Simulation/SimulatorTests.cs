namespace LeadGrains.Grains.Tests.Simulation;

public sealed class SimulatorTests
{
    private const int Runs = 60;
    private const int Steps = 70;
    private const int ClusterRuns = 20;
    private const int ClusterSteps = 40;
    private const int SelfDrivenRuns = 10;
    private const int SelfDrivenSteps = 30;

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

    [Fact]
    public async Task Cluster_WhenPartitionsMoveAndNodesDie_AgreesWithOneThatNeverDid()
    {
        var (moves, deaths) = (0, 0);
        for (var seed = FirstSeed; seed < FirstSeed + ClusterRuns; seed++)
        {
            var run = await RunClusterAsync(seed);
            (moves, deaths) = (moves + run.Moves, deaths + run.Deaths);
        }

        Assert.True(moves > ClusterRuns && deaths > ClusterRuns, "The simulator hardly moved or killed anything.");
    }

    [Fact]
    public async Task SelfDrivenCluster_WhenProcessesDieStopAndAreCutOff_AgreesWithOneToWhichNothingHappened()
    {
        var (losses, deaths) = (0, 0);
        for (var seed = FirstSeed; seed < FirstSeed + SelfDrivenRuns; seed++)
        {
            var run = await RunSelfDrivenAsync(seed);
            (losses, deaths) = (losses + run.Losses, deaths + run.Deaths);
        }

        Assert.True(losses >= SelfDrivenRuns && deaths >= SelfDrivenRuns, $"Only {losses} nodes lost their partitions, and {deaths} died.");
    }

    private static async Task<(int Losses, int Deaths)> RunSelfDrivenAsync(int seed)
    {
        await using var simulator = await SelfDrivenSimulator.StartAsync(seed);
        try
        {
            for (var step = 0; step < SelfDrivenSteps; step++)
                await simulator.StepAsync().WaitAsync(TimeSpan.FromSeconds(60));
            await simulator.CompareAsync().WaitAsync(TimeSpan.FromSeconds(60));
            return (simulator.Losses, simulator.Deaths);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"Simulator of a cluster that drives itself failed with seed {seed}: {failure.Message} ({simulator.State})", failure);
        }
    }

    private static async Task<(int Moves, int Deaths)> RunClusterAsync(int seed)
    {
        try
        {
            await using var simulator = await ClusterSimulator.StartAsync(seed);
            for (var step = 0; step < ClusterSteps; step++)
                await simulator.StepAsync().WaitAsync(TimeSpan.FromSeconds(30));
            await simulator.CompareAsync().WaitAsync(TimeSpan.FromSeconds(60));
            return (simulator.Moves, simulator.Deaths);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"Simulator of a cluster failed with seed {seed}: {failure.Message}", failure);
        }
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
