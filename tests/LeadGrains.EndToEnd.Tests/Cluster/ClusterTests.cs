using LeadGrains.EndToEnd.Tests.Crash;
using LeadGrains.Testing.Postgres;
using Npgsql;

namespace LeadGrains.EndToEnd.Tests.Cluster;

/// <summary>Three nodes over one database, load through all of them, and something that happens to them meanwhile.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private static readonly string[] Names = ["a", "b", "c"];

    private readonly TempFolder _folder = new();
    private PostgresServer? _database;
    private Relay? _relay;
    private NodeProcesses? _nodes;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private PostgresServer Database => _database!;

    private NodeProcesses Nodes => _nodes!;

    public async ValueTask InitializeAsync()
    {
        OtherPrograms.RequirePostgres();
        _database = await PostgresServer.StartAsync(_folder.Path, [], Cancelled);
        _relay = new Relay(_database.Port);
        var address = _database.AddressOf("postgres");
        var throughRelay = new NpgsqlConnectionStringBuilder(address) { Port = _relay.Port }.ConnectionString;
        _nodes = new NodeProcesses(_folder.Path, address, name => name == "b" ? throughRelay : address);
    }

    public async ValueTask DisposeAsync()
    {
        if (_nodes is not null)
        {
            await _nodes.DisposeAsync();
        }

        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public Task Cluster_WhenANodeIsKilled_KeepsEveryAcknowledgedSignalOnce() => HappensAsync(async () =>
    {
        Nodes.Kill("b");
        await Nodes.SettleAsync("a", "c");
        await Nodes.StartAsync("b");
    });

    [Fact]
    public Task Cluster_WhenANodeIsPausedForLongerThanItsLease_GoesOnWithoutAndThenWithIt() => HappensAsync(async () =>
    {
        var paused = Nodes["b"].Process;
        paused.Signal("STOP");
        await Nodes.SettleAsync("a", "c");
        paused.Signal("CONT");
    });

    [Fact]
    public Task Cluster_WhenANodeIsCutOffFromTheDatabase_GoesOnWithoutAndThenWithIt() => HappensAsync(async () =>
    {
        _relay!.FallSilent();
        await Nodes.SettleAsync("a", "c");
        _relay.Pass();
    });

    [Fact]
    public Task Cluster_WhenTheDatabaseIsRestarted_KeepsEveryAcknowledgedSignalOnce() => HappensAsync(async () =>
    {
        await Database.StopAsync("immediate");
        await Database.StartAsync(Cancelled);
    });

    [Fact]
    public Task Cluster_WhenAllNodesAreStoppedAndStartedOneByOne_KeepsEveryAcknowledgedSignalOnce() => HappensAsync(async () =>
    {
        foreach (var name in Names)
        {
            await Nodes.StopAsync(name);
            await Nodes.StartAsync(name);
            await Nodes.SettleAsync(Names);
        }
    });

    private async Task HappensAsync(Func<Task> what)
    {
        var loop = new KillLoop(Database.AddressOf("postgres"));
        try
        {
            await Nodes.StartAsync(Names);
            await Nodes.SettleAsync(Names);
            await loop.Population.UpsertAsync(Nodes["a"], Cancelled);
            var times = new AnswerTimes(Nodes, loop.Population);
            var happening = AmidLoadAsync(what, loop.Random);
            await Task.WhenAll(loop.LoadWhileAsync(Nodes.Any, happening), times.WatchAsync(happening, Cancelled));
            TestContext.Current.TestOutputHelper?.WriteLine($"{loop.Ledger.Sent.Count} signals, {loop.Ledger.Unanswered.Count} unanswered; {times.Report}, at a lease of {NodeProcesses.Lease}");

            foreach (var name in Names)
            {
                await loop.CheckAsync(Nodes[name]);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new InvalidOperationException($"LEADGRAINS_SEED={KillLoop.Seed}{Nodes.Outputs}", fault);
        }
    }

    private async Task AmidLoadAsync(Func<Task> what, Random random)
    {
        await Task.Delay(random.Next(500, 1_500), Cancelled);
        await what();
        await Nodes.SettleAsync(Names);
        await Task.Delay(random.Next(200, 600), Cancelled);
    }
}
