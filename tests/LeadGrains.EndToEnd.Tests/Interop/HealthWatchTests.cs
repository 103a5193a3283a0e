using System.Diagnostics;
using LeadGrains.EndToEnd.Tests.Processes;

namespace LeadGrains.EndToEnd.Tests.Interop;

/// <summary>What a watcher that nobody here wrote hears while the server goes away.</summary>
public sealed class HealthWatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("", "SERVING", "NOT_SERVING\n")]
    [InlineData("leadgrains.v1.IngestService", "SERVING", "NOT_SERVING\n")]
    [InlineData("leadgrains.v1.Nothing", "SERVICE_UNKNOWN", "")]
    public async Task Watch_WhenTheServerStops_HearsItBeforeTheEnd(string service, string first, string change)
    {
        await OtherPrograms.RequireNodeAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);
        await using var watch = RunningProcess.Start("node", ["watch.js", server.Grpc.Authority, RepositoryFiles.Protos, service], RepositoryFiles.Interop);
        await HearAsync(watch, first);

        Assert.Equal(0, await server.TerminateAsync(Cancelled));

        Assert.Equal(0, await watch.WaitAsync(Limit, Cancelled));
        Assert.Equal($"{first}\n{change}ended UNAVAILABLE\n", watch.Output);
    }

    private static async Task HearAsync(RunningProcess watch, string line)
    {
        var waited = Stopwatch.StartNew();
        while (watch.Output != line + "\n")
        {
            Assert.True(waited.Elapsed < Limit && !watch.HasExited, watch.Output);
            await Task.Delay(20, Cancelled);
        }
    }
}
