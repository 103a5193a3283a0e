using System.Text;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.Testing.Postgres;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Privacy;

/// <summary>Signals that are older than the server keeps are found nowhere, and nobody stands otherwise than before.</summary>
public sealed class RetentionTests
{
    private const int Kills = 4;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    // Only what the rows hold can be removed, and rows of a short tail are written after minutes.
    private static readonly string[] Soon = ["--retain-signals", "1s", "--retention-every", "1s", "--checkpoint-entries", "1"];
    private static readonly HashSet<int> Nobody = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RetainSignals_WhenInAFolder_LeavesNothingOfThemAndAllScoresAsTheyWere()
    {
        using var data = new TempFolder();
        await RemoveAsync(data.Path, () => Task.FromResult(Crowd.FoundInFolder(data.Path, Marks(asHex: false))));
    }

    [Fact]
    public async Task RetainSignals_WhenInPostgres_LeavesNothingOfThemInADumpAndAllScoresAsTheyWere()
    {
        OtherPrograms.RequirePostgres();
        using var folder = new TempFolder();
        await using var database = await PostgresServer.StartAsync(folder.Path, ["fsync=off"], Cancelled);
        await RemoveAsync(
            database.AddressOf("postgres"), async () => [.. Crowd.FoundIn(await database.DumpAsync("postgres", Cancelled), Marks(asHex: true))]);
    }

    [Fact]
    public async Task RetainSignals_WhenTheServerIsKilledAgainAndAgain_RemovesThemInTheEnd()
    {
        using var data = new TempFolder();
        IReadOnlyDictionary<string, string> before;
        await using (var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled))
        {
            await Crowd.FillAsync(server, Cancelled);
            before = await Crowd.StandAsync(server, Nobody, Cancelled);
            server.Kill();
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, ["--loops", "2", .. Soon]);
            await Task.Delay(900 + (kill * 40), Cancelled);
            server.Kill();
        }

        await using var last = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, Soon);
        await WaitForRunAsync(last);
        Assert.Empty(Crowd.FoundInFolder(data.Path, Marks(asHex: false)));
        Crowd.AssertSame(before, await Crowd.StandAsync(last, Nobody, Cancelled));
    }

    private static async Task RemoveAsync(string store, Func<Task<IReadOnlyList<string>>> search)
    {
        IReadOnlyDictionary<string, string> before;
        await using (var server = await ServerProcess.StartAsync(store, model: null, Cancelled))
        {
            await Crowd.FillAsync(server, Cancelled);
            before = await Crowd.StandAsync(server, Nobody, Cancelled);
            Assert.Equal(13, (await ListAsync(server, 7)).Count);
            Assert.NotEmpty(await search());
            Assert.Equal(0, await server.TerminateAsync(Cancelled));
        }

        await using (var server = await ServerProcess.StartAsync(store, model: null, Cancelled, Soon))
        {
            Assert.Contains("a rescore misses them", server.Process.Output, StringComparison.Ordinal);
            await WaitForRunAsync(server);
            Assert.Empty(await search());
            await CheckGoneAsync(server, before);
            await CheckToldAsync(server);
            Assert.Equal(0, await server.TerminateAsync(Cancelled));
        }

        await using var again = await ServerProcess.StartAsync(store, model: null, Cancelled);
        await CheckGoneAsync(again, before);
        Assert.Equal(13u, (await Crowd.RecordAsync(again, Crowd.Everything(7), Cancelled)).Duplicates);
        await PublishAsync(again);
        Assert.Equal(Crowd.People, (await again.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 1_000 }, cancellationToken: Cancelled)).Contacts.Count);
    }

    private static async Task CheckGoneAsync(ServerProcess server, IReadOnlyDictionary<string, string> before)
    {
        Crowd.AssertSame(before, await Crowd.StandAsync(server, Nobody, Cancelled));
        Assert.Empty(await ListAsync(server, 7));
        using var scanned = new ExportService.ExportServiceClient(server.Channel).ExportSignals(new ExportSignalsRequest(), cancellationToken: Cancelled);
        while (await scanned.ResponseStream.MoveNext(Cancelled))
            Assert.Empty(scanned.ResponseStream.Current.Signals);
    }

    private static async Task CheckToldAsync(ServerProcess server)
    {
        var (shown, status) = await Command.RunAsync(Limit, Cancelled, "retention", "status", "--server", server.Grpc.ToString());
        Assert.True(shown == 0, status);
        Assert.Contains("Signals are kept since", status, StringComparison.Ordinal);
        var (listed, audit) = await Command.RunAsync(Limit, Cancelled, "audit", "--server", server.Grpc.ToString());
        Assert.True(listed == 0, audit);
        Assert.Contains("retention.run", audit, StringComparison.Ordinal);
        var model = (await server.Models.GetModelAsync(new GetModelRequest(), cancellationToken: Cancelled)).Model;
        Assert.NotNull((await server.Models.PreviewModelAsync(new PreviewModelRequest { Yaml = model.Yaml }, cancellationToken: Cancelled)).SignalsSince);
    }

    // Of all that stands there, however late the last signals came.
    private static async Task WaitForRunAsync(ServerProcess server)
    {
        var client = new PrivacyService.PrivacyServiceClient(server.Channel);
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var run = (await client.GetRetentionAsync(new GetRetentionRequest(), cancellationToken: Cancelled)).Retention;
                if (run.FinishedAt is not null && run.RemovedSignals == 0 && run.OldestSignalAt is null)
                    return;
            }
            catch (RpcException none) when (none.StatusCode == StatusCode.NotFound)
            {
                // The first one is still to come.
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, $"no run came to its end\n{server.Process.Output}");
            await Task.Delay(100, Cancelled);
        }
    }

    private static async Task<IReadOnlyList<RecordedSignal>> ListAsync(ServerProcess server, int person) =>
        [.. (await server.Contacts.ListSignalsAsync(new ListSignalsRequest { ContactId = Crowd.Id(person), PageSize = 100 }, cancellationToken: Cancelled)).Signals];

    private static async Task PublishAsync(ServerProcess server)
    {
        var model = (await server.Models.GetModelAsync(new GetModelRequest(), cancellationToken: Cancelled)).Model;
        var request = new PublishModelRequest { Yaml = model.Yaml + "\n# Another one.\n" };
        using var published = server.Models.PublishModel(request, cancellationToken: Cancelled);
        var last = new PublishModelResponse();
        while (await published.ResponseStream.MoveNext(Cancelled))
            last = published.ResponseStream.Current;
        Assert.NotNull(last.SignalsSince);
    }

    // Only signals have them.
    private static IEnumerable<string> Marks(bool asHex) => Enumerable.Range(0, Crowd.People).SelectMany(person => new[] { $"{Crowd.Id(person)}/d", $"{Crowd.Cookie(person)}/v", $"{Crowd.Old(person)}/o" })
        .Select(mark => asHex ? Convert.ToHexStringLower(Encoding.UTF8.GetBytes(mark)) : mark);
}
