using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading;
using LeadGrains.Host.Loading.Sink;
using LeadGrains.Host.Terminals;
using LeadGrains.Host.Tests.Loading.Traffic;
using LeadGrains.V1;

namespace LeadGrains.Host.Tests.Loading;

public sealed class LoadRunTests
{
    private static readonly LoadSettings Settings = new()
    {
        Server = new ServerTarget(new Uri("http://127.0.0.1:1")),
        Http = new Uri("http://127.0.0.1:1"),
        Rate = null,
        Duration = TimeSpan.FromSeconds(1),
        WarmUp = TimeSpan.FromMilliseconds(200),
        Signals = null,
        Contacts = 40,
        Accounts = 8,
        Batch = 100,
        Streams = 2,
        Window = 4,
        Seed = 1,
        Until = TestModels.Until,
        AckLevel = AckLevel.Recorded,
        Verify = false,
        Sample = 0,
        CompareSink = false,
        Json = false,
    };

    [Fact]
    public async Task Run_WhenANumberOfSignalsIsGiven_SendsAndMeasuresExactlyThese()
    {
        var result = await RunAsync(Settings with { Signals = 12_345 });

        Assert.True(result.IsClean);
        Assert.Equal(12_345, result.Sent);
        Assert.Equal(12_345, result.Recorded);
        Assert.Equal(12_345, result.Measured);
        Assert.Equal([6_173L, 6_172L], result.SentByStream);
        Assert.Equal(124, result.Latencies.Count);
    }

    [Fact]
    public async Task Run_WhenARateIsGiven_SendsThatMany()
    {
        var result = await RunAsync(Settings with { Rate = 10_000 });

        Assert.True(result.IsClean);
        Assert.Equal(12_000, result.Sent);
        Assert.Equal(0, result.Unsent);
        Assert.InRange(result.Measured, 1, 12_000);
    }

    [Fact]
    public async Task Run_WhenAsFastAsItGoes_EndsAfterItsTimeWithEverythingAnswered()
    {
        var result = await RunAsync(Settings);

        Assert.True(result.IsClean);
        Assert.Equal(result.Sent, result.Answered);
        Assert.InRange(result.Measured, 1, result.Sent);
    }

    [Fact]
    public async Task Run_WhenNoServerIsThere_NamesTheFault()
    {
        var result = await new LoadRun(TestModels.Plan(), Settings, TimeProvider.System)
            .RunAsync(Settings.Server, Settings.Http, new Progress(), TestContext.Current.CancellationToken);

        Assert.False(result.IsClean);
        Assert.Equal(2, result.Faults.Count);
        Assert.StartsWith("No server answers at http://127.0.0.1:1.", result.Faults[0], StringComparison.Ordinal);
        Assert.Null(result.Server);
    }

    private static async Task<LoadResult> RunAsync(LoadSettings settings)
    {
        await using var sink = await LocalServer.StartAsync(new SinkService());
        return await new LoadRun(TestModels.Plan(), settings, TimeProvider.System)
            .RunAsync(new ServerTarget(sink.Address), settings.Http, new Progress(), TestContext.Current.CancellationToken);
    }
}
