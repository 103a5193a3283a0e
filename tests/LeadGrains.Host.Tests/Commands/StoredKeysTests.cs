using LeadGrains.Host.Commands;
using LeadGrains.Testing.Postgres;

namespace LeadGrains.Host.Tests.Commands;

/// <summary>Keys of a database, made before anything was served from it.</summary>
public sealed class StoredKeysTests(PostgresFixture postgres)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Create_WhenTheDatabaseIsNew_IsKnownToWhoIsServedFromIt()
    {
        var store = await postgres.NewDatabaseAsync();
        var created = await CommandRun.OfAsync(Cancelled, "keys", "create", "--name", "tests", "--scope", "read", "--store", store);
        Assert.Equal(ExitCode.Done, created.ExitCode);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var serving = CommandRun.OfAsync(stop.Token, "serve", "--store", store, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", "--log-level", "None");
        try
        {
            var listed = await CommandRun.OfAsync(Cancelled, "keys", "list", "--store", store);
            Assert.Contains(created.Output.Trim().Split('_')[1], listed.Output, StringComparison.Ordinal);
            var revoked = await CommandRun.OfAsync(Cancelled, "keys", "revoke", created.Output.Trim(), "--store", store);
            Assert.Contains("is revoked", revoked.Output, StringComparison.Ordinal);
            await Task.Delay(TimeSpan.FromSeconds(3), Cancelled);
            Assert.False(serving.IsCompleted);
        }
        finally
        {
            await stop.CancelAsync();
        }

        var served = await serving;
        Assert.Contains("Ready.", served.Output, StringComparison.Ordinal);
        Assert.Contains("revoked", (await CommandRun.OfAsync(Cancelled, "keys", "list", "--store", store)).Output, StringComparison.Ordinal);
    }
}
