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

    private async Task RestartAsync(Random random, string mode)
    {
        await Task.Delay(random.Next(200, 1_000), Cancelled);
        await Database.StopAsync(mode);
        await Task.Delay(random.Next(0, 1_500), Cancelled);
        await Database.StartAsync(Cancelled);
        await Task.Delay(random.Next(200, 600), Cancelled);
    }
}
