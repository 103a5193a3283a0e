using System.Text;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.Testing.Postgres;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Privacy;

/// <summary>People of whom nothing was heard for too long are found nowhere, and whoever comes back is new.</summary>
public sealed class QuietContactTests
{
    private const int Kills = 4, Returning = 7;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    // Only of whom the rows tell can be let go of, and rows of a short tail are written after minutes.
    private static readonly string[] Often = ["--retention-every", "1s", "--checkpoint-entries", "1"];
    private static readonly string[] Soon = ["--retain-contacts", "1s", .. Often];
    private static readonly HashSet<int> Nobody = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RetainContacts_WhenInAFolder_LeavesNothingOfThemAndTakesWhoComesBackForNew()
    {
        using var data = new TempFolder();
        await LetGoAsync(data.Path, () => Task.FromResult(Crowd.FoundInFolder(data.Path, Everybody(asHex: false))));
    }

    [Fact]
    public async Task RetainContacts_WhenInPostgres_LeavesNothingOfThemInADumpAndTakesWhoComesBackForNew()
    {
        OtherPrograms.RequirePostgres();
        using var folder = new TempFolder();
        await using var database = await PostgresServer.StartAsync(folder.Path, ["fsync=off"], Cancelled);
        await LetGoAsync(
            database.AddressOf("postgres"), async () => [.. Crowd.FoundIn(await database.DumpAsync("postgres", Cancelled), Everybody(asHex: true).Concat(Everybody(asHex: false)))]);
    }

    [Fact]
    public async Task RetainContacts_WhenTheServerIsKilledAgainAndAgain_LetsThemGoInTheEnd()
    {
        using var data = new TempFolder();
        await using (var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled))
        {
            await Crowd.FillAsync(server, Cancelled);
            server.Kill();
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, ["--loops", "2", .. Soon]);
            await Task.Delay(900 + (kill * 80), Cancelled);
            server.Kill();
        }

        await using var last = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, Soon);
        await WaitForRunAsync(last, static (run, left) => run.RemovedContacts == 0 && left == 0);
        Assert.Empty(Crowd.FoundInFolder(data.Path, Everybody(asHex: false)));
    }

    private static async Task LetGoAsync(string store, Func<Task<IReadOnlyList<string>>> search)
    {
        await using (var server = await ServerProcess.StartAsync(store, model: null, Cancelled, ["--retain-contacts", "1h", .. Often]))
        {
            Assert.Contains("Lets go of people of whom nothing was heard for", server.Process.Output, StringComparison.Ordinal);
            await Crowd.FillAsync(server, Cancelled);
            var before = await Crowd.StandAsync(server, Nobody, Cancelled);
            var begun = DateTimeOffset.UtcNow;
            await WaitForRunAsync(server, (run, left) => run.BegunAt.ToDateTimeOffset() > begun && run.RemovedContacts == 0 && left == Crowd.People);
            Crowd.AssertSame(before, await Crowd.StandAsync(server, Nobody, Cancelled));
            Assert.NotEmpty(await search());
            Assert.Equal(0, await server.TerminateAsync(Cancelled));
        }

        await using (var server = await ServerProcess.StartAsync(store, model: null, Cancelled, Soon))
        {
            await WaitForRunAsync(server, static (run, left) => run.RemovedContacts == 0 && left == 0);
            Assert.Empty(await search());
            await CheckToldAsync(server);
            await CheckUnknownAsync(server);
            Assert.Equal(0, await server.TerminateAsync(Cancelled));
        }

        await using var again = await ServerProcess.StartAsync(store, model: null, Cancelled);
        await CheckUnknownAsync(again);
        var returned = await Crowd.RecordAsync(again, Crowd.Late(Returning), Cancelled);
        Assert.Equal((3u, 0u, 0), (returned.Recorded, returned.Duplicates, returned.Rejections.Count));
        foreach (var id in Ids(Returning))
        {
            var contact = (await again.Contacts.GetContactAsync(new GetContactRequest { ContactId = id }, cancellationToken: Cancelled)).Contact;
            Assert.Equal((id, 1ul, 0), (contact.ContactId, contact.SignalCount, contact.MergedContactIds.Count));
        }
    }

    private static async Task CheckUnknownAsync(ServerProcess server)
    {
        foreach (var id in Enumerable.Range(0, Crowd.People).SelectMany(Ids))
        {
            var unknown = await Assert.ThrowsAsync<RpcException>(async () =>
                await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = id }, cancellationToken: Cancelled));
            Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        }

        Assert.Empty((await server.Ranking.RankAccountsAsync(new RankAccountsRequest(), cancellationToken: Cancelled)).Accounts);
        using var scanned = new ExportService.ExportServiceClient(server.Channel).ExportSignals(new ExportSignalsRequest(), cancellationToken: Cancelled);
        while (await scanned.ResponseStream.MoveNext(Cancelled))
            Assert.Empty(scanned.ResponseStream.Current.Signals);
    }

    private static async Task CheckToldAsync(ServerProcess server)
    {
        var (shown, status) = await Command.RunAsync(TimeSpan.FromMinutes(1), Cancelled, "retention", "status", "--server", server.Grpc.ToString());
        Assert.True(shown == 0, status);
        Assert.Contains("Of whom nothing was heard since", status, StringComparison.Ordinal);
        var (listed, audit) = await Command.RunAsync(TimeSpan.FromMinutes(1), Cancelled, "audit", "--server", server.Grpc.ToString());
        Assert.True(listed == 0, audit);
        Assert.Contains("signals 0, contacts ", audit, StringComparison.Ordinal);
    }

    private static async Task WaitForRunAsync(ServerProcess server, Func<Retention, int, bool> isIt)
    {
        var client = new PrivacyService.PrivacyServiceClient(server.Channel);
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                var left = (await server.Ranking.RankContactsAsync(new RankContactsRequest { PageSize = 1_000 }, cancellationToken: Cancelled)).Contacts.Count;
                var run = (await client.GetRetentionAsync(new GetRetentionRequest(), cancellationToken: Cancelled)).Retention;
                if (run.FinishedAt is not null && isIt(run, left))
                    return;
            }
            catch (RpcException none) when (none.StatusCode == StatusCode.NotFound)
            {
                // The first one is still to come.
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, $"no such run came to its end\n{server.Process.Output}");
            await Task.Delay(100, Cancelled);
        }
    }

    private static string[] Ids(int person) => [Crowd.Id(person), Crowd.Cookie(person), Crowd.Old(person)];

    private static IEnumerable<string> Everybody(bool asHex) => Enumerable.Range(0, Crowd.People).SelectMany(Crowd.Texts)
        .Select(text => asHex ? Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)) : text);
}
