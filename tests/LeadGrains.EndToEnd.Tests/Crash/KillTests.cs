using System.Globalization;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Crash;

public sealed class KillTests
{
    private const int Kills = 20, Streams = 3;
    private const int KillDuringStartEvery = 4;

    // So small that the load meets checkpoints, evictions and cold reads; every other server runs with them.
    private static readonly string[] SmallBounds = ["--loops", "2", "--active-grains", "48", "--checkpoint-entries", "200"];

    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("LEADGRAINS_SEED") ?? "20261121", CultureInfo.InvariantCulture);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_WhenKilledAtRandomInstants_KeepsEveryAcknowledgedSignalOnce()
    {
        TestContext.Current.SendDiagnosticMessage("LEADGRAINS_SEED={0}", Seed);
        var random = new Random(Seed);
        using var data = new TempFolder();
        var population = new Population(Streams, DateTimeOffset.UtcNow);
        var ledger = new Ledger();
        SignalSender[] senders = [.. Enumerable.Range(0, Streams).Select(stream => new SignalSender(ledger, population, stream, new Random(random.Next())))];

        int kill = 0, cutOff = 0, fromRows = 0;
        var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled, OptionsAfter(kill));
        try
        {
            await population.UpsertAsync(server, Cancelled);
            while (kill++ < Kills)
            {
                await LoadAndKillAsync(server, senders, random);
                cutOff += ledger.Unanswered.Count > 0 ? 1 : 0;
                if (kill % KillDuringStartEvery == 0)
                {
                    await KillDuringStartAsync(data.Path, OptionsAfter(kill), random);
                }

                server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled, OptionsAfter(kill));
                fromRows += Recovery.Of(server).IsMostlyFromRows ? 1 : 0;
                await CheckAsync(server, population, ledger);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new InvalidOperationException($"LEADGRAINS_SEED={Seed}, kill {kill} of {Kills}, {ledger.Acknowledged.Count} signals acknowledged", fault);
        }
        finally
        {
            await server.DisposeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{ledger.Sent.Count} signals, {cutOff} of {Kills} kills cut off a batch, {fromRows} starts read most from rows");
        // Kills of an idle server would have shown nothing.
        Assert.True(cutOff > 0, "no kill came while a batch was on its way");
        Assert.True(fromRows > 0, "no start found rows that spared it most of the journal");
    }

    private static string[] OptionsAfter(int kills) => kills % 2 == 0 ? SmallBounds : [];

    private static async Task LoadAndKillAsync(ServerProcess server, SignalSender[] senders, Random random)
    {
        await using (server)
        {
            var sending = Task.WhenAll(senders.Select(sender => sender.SendAsync(server, mostBatches: int.MaxValue, Cancelled)));
            await Task.Delay(random.Next(20, 800), Cancelled);
            server.Kill();
            await sending;
        }
    }

    private static async Task KillDuringStartAsync(string data, string[] options, Random random)
    {
        await using var server = ServerProcess.Launch(data, RepositoryFiles.TestModel, options);
        await Task.Delay(random.Next(50, 1_000), Cancelled);
        server.Kill();
    }

    private static async Task CheckAsync(ServerProcess server, Population population, Ledger ledger)
    {
        var truth = new StoredTruth(server, population, Cancelled);

        await truth.CountsAreWithinAsync(ledger.Acknowledged, ledger.Sent);
        Assert.Equal(0, await truth.SendAgainAsync(ledger.Acknowledged, AckLevel.Recorded));

        // The test cannot know which of the unanswered ones were recorded; sent again, each is there once.
        await truth.SendAgainAsync(ledger.Unanswered, AckLevel.Recorded);
        await truth.SendAgainAsync([.. ledger.Sent.DistinctBy(signal => signal.Who ?? (object)signal.Company)], AckLevel.Ranked);
        ledger.AcknowledgeAll();
        await truth.CountsAreWithinAsync(ledger.Sent, ledger.Sent);
        await truth.ScoresAreRecomputedAsync(ledger.Sent);
    }
}
