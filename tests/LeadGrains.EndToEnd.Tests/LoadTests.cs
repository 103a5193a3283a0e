using LeadGrains.EndToEnd.Tests.Processes;

namespace LeadGrains.EndToEnd.Tests;

public sealed class LoadTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_WhenItRecomputesTheScores_FindsThemExact()
    {
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);

        var (exitCode, output) = await Command.RunAsync(
            TimeSpan.FromMinutes(2), Cancelled, "load", "--max", "--verify", "--duration", "3s", "--warm-up", "1s",
            "--contacts", "5000", "--accounts", "500", "--batch", "200", "--server", server.Grpc.ToString(), "--http", server.Http.ToString());

        Assert.True(exitCode == 0, output);
        Assert.Matches(@"Verified: [1-9][\d,]+ comparisons, 0 differences", output);
    }
}
