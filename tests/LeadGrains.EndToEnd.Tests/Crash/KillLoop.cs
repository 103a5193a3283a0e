using System.Globalization;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Crash;

/// <summary>Loads a server over one store, lets something happen to it, and compares what it holds with what was acknowledged; again and again.</summary>
internal sealed class KillLoop
{
    private const int Streams = 3;
    private const int KillDuringStartEvery = 4;

    // A server that takes no calls is not asked without a pause.
    private static readonly TimeSpan BetweenStreams = TimeSpan.FromMilliseconds(20);

    // So small that the load meets checkpoints, evictions and cold reads; every other server runs with them.
    private static readonly string[] SmallBounds = ["--loops", "2", "--active-grains", "48", "--checkpoint-entries", "200"];

    private readonly string _store;
    private readonly SignalSender[] _senders;

    public KillLoop(string store)
    {
        TestContext.Current.SendDiagnosticMessage("LEADGRAINS_SEED={0}", Seed);
        _store = store;
        Random = new Random(Seed);
        Population = new Population(Streams, DateTimeOffset.UtcNow);
        _senders = [.. Enumerable.Range(0, Streams).Select(stream => new SignalSender(Ledger, Population, stream, new Random(Random.Next())))];
    }

    public static int Seed { get; } = int.Parse(Environment.GetEnvironmentVariable("LEADGRAINS_SEED") ?? "20261121", CultureInfo.InvariantCulture);

    public Random Random { get; }

    public Ledger Ledger { get; } = new();

    public Population Population { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Kills the server amid load and starts it again, so often.</summary>
    /// <param name="kills">How often.</param>
    public async Task KillAsync(int kills)
    {
        int kill = 0, cutOff = 0, fromRows = 0;
        var server = await StartAsync(kill);
        try
        {
            await Population.UpsertAsync(server, Cancelled);
            while (kill++ < kills)
            {
                await LoadAndKillAsync(server);
                cutOff += Ledger.Unanswered.Count > 0 ? 1 : 0;
                if (kill % KillDuringStartEvery == 0)
                {
                    await KillDuringStartAsync(kill);
                }

                server = await StartAsync(kill);
                fromRows += Recovery.Of(server).IsMostlyFromRows ? 1 : 0;
                await CheckAsync(server);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new InvalidOperationException($"LEADGRAINS_SEED={Seed}, kill {kill} of {kills}, {Ledger.Acknowledged.Count} signals acknowledged", fault);
        }
        finally
        {
            await server.DisposeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{Ledger.Sent.Count} signals, {cutOff} of {kills} kills cut off a batch, {fromRows} starts read most from rows");
        // Kills of an idle server would have shown nothing.
        Assert.True(cutOff > 0, "no kill came while a batch was on its way");
        Assert.True(fromRows > 0, "no start found rows that spared it most of the journal");
    }

    public Task<ServerProcess> StartAsync(int kills) =>
        ServerProcess.StartAsync(_store, RepositoryFiles.TestModel, Cancelled, OptionsAfter(kills));

    /// <summary>Sends until the task has ended, and for as long as the server answers.</summary>
    public Task LoadWhileAsync(ServerProcess server, Task happening) => LoadWhileAsync(_ => server, happening);

    /// <summary>The same, each stream to the server that it is given next.</summary>
    public async Task LoadWhileAsync(Func<int, ServerProcess> serverOf, Task happening)
    {
        await Task.WhenAll(_senders.Select(async (sender, stream) =>
        {
            while (!happening.IsCompleted)
            {
                await sender.SendAsync(serverOf(stream), mostBatches: 10, Cancelled);
                await Task.Delay(BetweenStreams, Cancelled);
            }
        }));
        await happening;
    }

    /// <summary>Everything acknowledged is there; then everything that was sent is, once each, and every score is its recomputation.</summary>
    public async Task CheckAsync(ServerProcess server)
    {
        var truth = new StoredTruth(server, Population, Cancelled);

        await truth.CountsAreWithinAsync(Ledger.Acknowledged, Ledger.Sent);
        Assert.Equal(0, await truth.SendAgainAsync(Ledger.Acknowledged, AckLevel.Recorded));

        // The test cannot know which of the unanswered ones were recorded; sent again, each is there once.
        await truth.SendAgainAsync(Ledger.Unanswered, AckLevel.Recorded);
        await truth.SendAgainAsync([.. Ledger.Sent.DistinctBy(signal => signal.Who ?? (object)signal.Company)], AckLevel.Ranked);
        Ledger.AcknowledgeAll();
        await truth.CountsAreWithinAsync(Ledger.Sent, Ledger.Sent);
        await truth.ScoresAreRecomputedAsync(Ledger.Sent);
    }

    private static string[] OptionsAfter(int kills) => kills % 2 == 0 ? SmallBounds : [];

    private async Task LoadAndKillAsync(ServerProcess server)
    {
        await using (server)
        {
            var sending = Task.WhenAll(_senders.Select(sender => sender.SendAsync(server, mostBatches: int.MaxValue, Cancelled)));
            await Task.Delay(Random.Next(20, 800), Cancelled);
            server.Kill();
            await sending;
        }
    }

    private async Task KillDuringStartAsync(int kills)
    {
        await using var server = ServerProcess.Launch(_store, RepositoryFiles.TestModel, OptionsAfter(kills));
        await Task.Delay(Random.Next(50, 1_000), Cancelled);
        server.Kill();
    }
}
