using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.Testing.Postgres;

namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>The same over PostgreSQL, where the server and the database can be lost each by itself.</summary>
public sealed class PostgresCrashTests : IAsyncLifetime
{
    // Each start waits for the end of the killed one's lease.
    private const int Kills = 6;
    private const int Restarts = 4;

    private readonly TempFolder _folder = new();
    private PostgresServer? _database;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private PostgresServer Database => _database!;

    public async ValueTask InitializeAsync()
    {
        OtherPrograms.RequirePostgres();
        _database = await PostgresServer.StartAsync(_folder.Path, [], Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _folder.Dispose();
    }

    [Fact]
    public async Task Serve_WhenKilledAtRandomInstants_KeepsEveryAcknowledgedSignalOnce() =>
        await new KillLoop(Database.AddressOf("postgres")).KillAsync(Kills);

    [Fact]
    public async Task Serve_WhenTheDatabaseIsRestartedUnderLoad_GoesOnAndKeepsEveryAcknowledgedSignalOnce()
    {
        var loop = new KillLoop(Database.AddressOf("postgres"));
        await using (var server = await loop.StartAsync(kills: 0))
        {
            await loop.Population.UpsertAsync(server, Cancelled);
            for (var restart = 0; restart < Restarts; restart++)
            {
                // What a crash leaves, and what an operator does.
                await loop.LoadWhileAsync(server, RestartAsync(loop.Random, restart % 2 == 0 ? "immediate" : "fast"));
                Assert.False(server.Process.HasExited, server.Process.Output);
                Assert.Empty(loop.Ledger.Unanswered);
                await loop.CheckAsync(server);
            }

            server.Kill();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{loop.Ledger.Sent.Count} signals in {Restarts} restarts");
        // What the server knew is what the database has.
        await using var again = await loop.StartAsync(kills: 0);
        await loop.CheckAsync(again);
    }

    [Fact]
    public async Task Serve_WhenPausedForLongerThanItsLease_WritesNothingMoreAndEnds()
    {
        var loop = new KillLoop(Database.AddressOf("postgres"));
        await using var paused = await loop.StartAsync(kills: 0);
        await loop.Population.UpsertAsync(paused, Cancelled);
        var loaded = new TaskCompletionSource();
        var sending = loop.LoadWhileAsync(paused, loaded.Task);
        await Task.Delay(loop.Random.Next(300, 900), Cancelled);

        paused.Process.Signal("STOP");
        await using var next = await loop.StartAsync(kills: 1);
        loaded.SetResult();
        paused.Process.Signal("CONT");
        Assert.Equal(1, await paused.Process.WaitAsync(TimeSpan.FromSeconds(60), Cancelled));
        await sending;
        Assert.NotEmpty(loop.Ledger.Acknowledged);
        await loop.CheckAsync(next);
    }

    [Fact]
    public async Task Serve_WhenAnotherServerLives_IsRefusedAndNamesIt()
    {
        var loop = new KillLoop(Database.AddressOf("postgres"));
        await using var first = await loop.StartAsync(kills: 0);
        var (exitCode, output) = await Command.RunAsync(
            TimeSpan.FromSeconds(60), Cancelled, "serve", "--store", Database.AddressOf("postgres"), "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0");
        Assert.Equal(1, exitCode);
        Assert.Contains($"is in use by process {first.Process.Id} on ", output, StringComparison.Ordinal);
        await loop.Population.UpsertAsync(first, Cancelled);
    }

    private async Task RestartAsync(Random random, string mode)
    {
        await Task.Delay(random.Next(200, 1_000), Cancelled);
        await Database.StopAsync(mode);
        await Task.Delay(random.Next(0, 1_500), Cancelled);
        await Database.StartAsync(Cancelled);
        await Task.Delay(random.Next(200, 600), Cancelled);
    }
}
