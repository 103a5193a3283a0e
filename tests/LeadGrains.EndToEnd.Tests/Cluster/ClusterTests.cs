using System.Globalization;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Crash;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.EndToEnd.Tests.Publishing;
using LeadGrains.Testing.Postgres;
using LeadGrains.V1;
using Npgsql;

namespace LeadGrains.EndToEnd.Tests.Cluster;

/// <summary>Three nodes over one database, load through all of them, and something that happens to them meanwhile.</summary>
public sealed class ClusterTests : IAsyncLifetime
{
    private static readonly string[] Names = ["a", "b", "c"];

    private readonly TempFolder _folder = new();
    private PostgresServer? _database;
    private Relay? _relay;
    private PgBouncer? _pooler;
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
        _nodes = new NodeProcesses(
            _folder.Path, address, name => _pooler is not null ? PortOf(_pooler.Port) : name == "b" ? PortOf(_relay.Port) : address);

        string PortOf(int port) => new NpgsqlConnectionStringBuilder(address) { Port = port }.ConnectionString;
    }

    public async ValueTask DisposeAsync()
    {
        if (_nodes is not null)
        {
            await _nodes.DisposeAsync();
        }

        if (_pooler is not null)
        {
            await _pooler.DisposeAsync();
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
    public Task Cluster_WhenANodeIsKilled_KeepsEveryAcknowledgedSignalOnce() => HappensAsync(_ => KillAsync("b"));

    [Fact]
    public Task Cluster_WhenANodeIsPausedForLongerThanItsLease_GoesOnWithoutAndThenWithIt() => HappensAsync(_ => PauseAsync("b"));

    [Fact]
    public Task Cluster_WhenANodeIsCutOffFromTheDatabase_GoesOnWithoutAndThenWithIt() => HappensAsync(_ => CutOffAsync());

    [Fact]
    public Task Cluster_WhenTheDatabaseIsRestarted_KeepsEveryAcknowledgedSignalOnce() => HappensAsync(_ => RestartDatabaseAsync("immediate"));

    [Fact]
    public Task Cluster_WhenAllNodesAreStoppedAndStartedOneByOne_KeepsEveryAcknowledgedSignalOnce() => HappensAsync(_ => RollAsync());

    [Fact]
    public async Task Cluster_WhenAPoolerStandsBeforeTheDatabase_KeepsEveryAcknowledgedSignalOnce()
    {
        OtherPrograms.RequirePgBouncer();
        _pooler = await PgBouncer.StartAsync(_folder.Path, Database, Cancelled);
        await HappensAsync(_ => KillAsync("b"));
    }

    /// <summary>More of them with LEADGRAINS_ROUNDS.</summary>
    [Fact]
    public Task Cluster_WhenOneThingComesAfterAnother_KeepsEveryAcknowledgedSignalOnce() => HappensAsync(
        random => random.Next(7) switch
        {
            0 => KillAsync(Names[random.Next(Names.Length)]),
            1 => PauseAsync(Names[random.Next(Names.Length)]),
            2 => CutOffAsync(),
            3 => RestartDatabaseAsync("fast"),
            4 => RestartDatabaseAsync("immediate"),
            5 => KillTwoAsync(Names[random.Next(Names.Length)]),
            _ => RollAsync(),
        },
        int.Parse(Environment.GetEnvironmentVariable("LEADGRAINS_ROUNDS") ?? "3", CultureInfo.InvariantCulture));

    [Fact]
    public async Task Publish_WhenTheOtherNodeIsDrained_IsTakenOverByIt()
    {
        var address = Database.AddressOf("postgres");
        await Nodes.StartAsync("a", "b");
        await Nodes.SettleAsync("a", "b");
        var sender = new ViewSender("only");
        await sender.SendAsync(Nodes["b"], 500, Cancelled);
        var refused = await Assert.ThrowsAsync<RpcException>(() => PublishedModel.Second.PublishAsync(Nodes["a"], Cancelled));
        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Contains("leadgrains cluster drain", refused.Status.Detail, StringComparison.Ordinal);

        Assert.Equal(0, (await Command.RunAsync(TimeSpan.FromSeconds(60), Cancelled, "cluster", "drain", "b", "--store", address)).ExitCode);
        await Nodes.UntilAsync(view => view.Partitions.All(holding => holding.Owner == "a"));
        await PublishOnceAllHaveComeAsync();
        // It joins again under the new model, and is not listed meanwhile.
        var undone = 1;
        for (var tries = 0; undone != 0 && tries < 60; tries++)
            (undone, _) = await Command.RunAsync(TimeSpan.FromSeconds(60), Cancelled, "cluster", "drain", "b", "--undo", "--store", address);
        Assert.Equal(0, undone);
        await Nodes.SettleAsync("a", "b");

        foreach (var (name, contact) in Names.Take(2).SelectMany(name => ViewSender.Everyone.Select(contact => (name, contact))))
        {
            var request = new ExplainContactRequest { ContactId = contact, AsOf = PublishedModel.ComparedAt };
            var score = (await Nodes[name].Contacts.ExplainContactAsync(request, cancellationToken: Cancelled)).Contact.Score;
            Assert.Equal(2u, score.ModelVersion);
            Assert.Equal(PublishedModel.Second.PointsOfViews(sender.AcknowledgedOf(contact)), score.IntentPoints, 1e-6);
        }
    }

    // A node has a partition before it has read it.
    private async Task PublishOnceAllHaveComeAsync()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                await PublishedModel.Second.PublishAsync(Nodes["a"], Cancelled);
                return;
            }
            catch (RpcException refused) when (refused.StatusCode == StatusCode.FailedPrecondition && tries < 100)
            {
                await Task.Delay(100, Cancelled);
            }
        }
    }

    private async Task KillAsync(string name)
    {
        Nodes.Kill(name);
        await Nodes.SettleAsync([.. Names.Where(other => other != name)]);
        await Nodes.StartAsync(name);
    }

    private async Task KillTwoAsync(string left)
    {
        string[] killed = [.. Names.Where(name => name != left)];
        foreach (var name in killed)
        {
            Nodes.Kill(name);
        }

        await Nodes.StartAsync(killed);
    }

    private async Task PauseAsync(string name)
    {
        var paused = Nodes[name].Process;
        paused.Signal("STOP");
        await Nodes.SettleAsync([.. Names.Where(other => other != name)]);
        paused.Signal("CONT");
    }

    private async Task CutOffAsync()
    {
        _relay!.FallSilent();
        await Nodes.SettleAsync("a", "c");
        _relay.Pass();
    }

    private async Task RestartDatabaseAsync(string mode)
    {
        await Database.StopAsync(mode);
        await Database.StartAsync(Cancelled);
    }

    private async Task RollAsync()
    {
        foreach (var name in Names)
        {
            await Nodes.StopAsync(name);
            await Nodes.StartAsync(name);
            await Nodes.SettleAsync(Names);
        }
    }

    private async Task HappensAsync(Func<Random, Task> what, int times = 1)
    {
        var loop = new KillLoop(Database.AddressOf("postgres"));
        var time = 0;
        try
        {
            await Nodes.StartAsync(Names);
            await Nodes.SettleAsync(Names);
            await loop.Population.UpsertAsync(Nodes["a"], Cancelled);
            while (time++ < times)
            {
                await HappensOnceAsync(() => what(loop.Random), loop);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new InvalidOperationException($"LEADGRAINS_SEED={KillLoop.Seed}, {time} of {times}, {loop.Ledger.Acknowledged.Count} signals acknowledged{Nodes.Outputs}", fault);
        }
    }

    private async Task HappensOnceAsync(Func<Task> what, KillLoop loop)
    {
        var watch = new AnswerTimes(Nodes, loop.Population);
        var happening = AmidLoadAsync(what, loop.Random);
        await Task.WhenAll(loop.LoadWhileAsync(Nodes.Any, happening), watch.WatchAsync(happening, Cancelled));
        TestContext.Current.TestOutputHelper?.WriteLine($"{loop.Ledger.Sent.Count} signals, {loop.Ledger.Unanswered.Count} unanswered; {watch.Report}, at a lease of {NodeProcesses.Lease}");
        foreach (var name in Names)
        {
            await loop.CheckAsync(Nodes[name]);
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
