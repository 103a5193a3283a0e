using System.Globalization;
using System.Text;
using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.Testing.Postgres;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Privacy;

/// <summary>A person that is erased is found nowhere, and nobody else stands otherwise than before.</summary>
public sealed class ErasureTests
{
    private const int Erased = 7, Kills = 8, ErasedUnderKills = 12;

    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("LEADGRAINS_SEED") ?? "20261122", CultureInfo.InvariantCulture);
    private static readonly HashSet<int> OneErased = [Erased];
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Erase_WhenInAFolder_LeavesNothingOfThePersonAndAllOthersAsTheyWere()
    {
        using var data = new TempFolder();
        await EraseOneAsync(data.Path, () => Task.FromResult(Crowd.FoundInFolder(data.Path, Crowd.Texts(Erased))));
    }

    [Fact]
    public async Task Erase_WhenInPostgres_LeavesNothingOfThePersonInADumpAndAllOthersAsTheyWere()
    {
        OtherPrograms.RequirePostgres();
        using var folder = new TempFolder();
        await using var database = await PostgresServer.StartAsync(folder.Path, ["fsync=off"], Cancelled);
        await EraseOneAsync(database.AddressOf("postgres"), async () =>
        {
            var dump = await database.DumpAsync("postgres", Cancelled);
            Assert.NotEmpty(Crowd.FoundIn(dump, InADump(Erased + 1)));
            return [.. Crowd.FoundIn(dump, InADump(Erased))];
        });
        await CheckCopyAsync(database.AddressOf("postgres"), Path.Combine(folder.Path, "copy"));
    }

    [Fact]
    public async Task Erase_WhenTheServerIsKilledAtRandomInstants_IsFinishedAfterTheNextStart()
    {
        TestContext.Current.SendDiagnosticMessage("LEADGRAINS_SEED={0}", Seed);
        var random = new Random(Seed);
        using var data = new TempFolder();
        var erased = Enumerable.Range(0, ErasedUnderKills).ToHashSet();
        var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        try
        {
            await Crowd.FillAsync(server, Cancelled);
            var before = await Crowd.StandAsync(server, erased, Cancelled);
            for (var kill = 0; kill < Kills; kill++)
            {
                var erasing = EraseSomeAsync(server, [.. erased]);
                await Task.Delay(random.Next(20, 700), Cancelled);
                server.Kill();
                await erasing;
                await server.DisposeAsync();
                server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, "--loops", "2", "--checkpoint-entries", "100");
            }

            foreach (var person in erased)
                Assert.NotNull((await EraseAsync(server, Crowd.Id(person))).FinishedAt);
            foreach (var person in erased)
                await Crowd.CheckErasedAsync(server, person, Cancelled);
            Assert.Empty(Crowd.FoundInFolder(data.Path, erased.SelectMany(Crowd.Texts)));
            Crowd.AssertSame(before, await Crowd.StandAsync(server, erased, Cancelled));
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new InvalidOperationException($"LEADGRAINS_SEED={Seed}\n{server.Process.Output}", fault);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task EraseOneAsync(string store, Func<Task<IReadOnlyList<string>>> search)
    {
        IReadOnlyDictionary<string, string> before;
        await using (var server = await ServerProcess.StartAsync(store, model: null, Cancelled))
        {
            await Crowd.FillAsync(server, Cancelled);
            await StartShadowAsync(server);
            before = await Crowd.StandAsync(server, OneErased, Cancelled);
            await CheckExportAsync(server);
            var report = await EraseByCommandAsync(server);
            Assert.Contains("Erased 3 ids", report, StringComparison.Ordinal);
            Assert.Contains("found 0.", report, StringComparison.Ordinal);
            Assert.DoesNotMatch("found [1-9]", report);
            Assert.Empty(await search());
            await Crowd.CheckErasedAsync(server, Erased, Cancelled);
            Crowd.AssertSame(before, await Crowd.StandAsync(server, OneErased, Cancelled));
            await PublishAsync(server);
            await Crowd.CheckErasedAsync(server, Erased, Cancelled);
            await RollBackAsync(server);
            Assert.Equal(0, await server.TerminateAsync(Cancelled));
        }

        Assert.Empty(await search());
        await using var again = await ServerProcess.StartAsync(store, model: null, Cancelled);
        await Crowd.CheckErasedAsync(again, Erased, Cancelled);
        Crowd.AssertSame(before, await Crowd.StandAsync(again, OneErased, Cancelled));
        // Asked by another id, it tells the same once more.
        var told = await EraseAsync(again, Crowd.Cookie(Erased));
        Assert.Equal((3u, 0ul), (told.Ids, told.Searched.Aggregate(0ul, (sum, place) => sum + place.Found)));
        // Under another model everything is scored anew from a journal that knows nothing of the person.
        await PublishAsync(again);
        await Crowd.CheckErasedAsync(again, Erased, Cancelled);
        Assert.Empty(await search());
    }

    // What keeps the erased away is copied, too.
    private static async Task CheckCopyAsync(string from, string to)
    {
        var (exitCode, output) = await Command.RunAsync(Limit, Cancelled, "store", "copy", "--from", from, "--to", to);
        Assert.True(exitCode == 0, output);
        await using var copy = await ServerProcess.StartAsync(to, model: null, Cancelled);
        await Crowd.CheckErasedAsync(copy, Erased, Cancelled);
        Assert.Empty(Crowd.FoundInFolder(to, Crowd.Texts(Erased)));
    }

    // A dump writes bytes as hexadecimal digits.
    private static IEnumerable<string> InADump(int person) =>
        Crowd.Texts(person).SelectMany(text => new[] { text, Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)) });

    private static async Task<string> EraseByCommandAsync(ServerProcess server)
    {
        var (refused, question) = await Command.RunAsync(Limit, Cancelled, "contact", "erase", Crowd.Id(Erased), "--server", server.Grpc.ToString());
        Assert.Equal(1, refused);
        Assert.Contains("There is no way back. Add --yes", question, StringComparison.Ordinal);
        var (done, report) = await Command.RunAsync(Limit, Cancelled, "contact", "erase", Crowd.Id(Erased), "--yes", "--server", server.Grpc.ToString());
        Assert.True(done == 0, report);
        return report;
    }

    private static async Task CheckExportAsync(ServerProcess server)
    {
        var (done, lines) = await Command.RunAsync(Limit, Cancelled, "contact", "export", Crowd.Cookie(Erased), "--server", server.Grpc.ToString());
        Assert.True(done == 0, lines);
        Assert.Contains(Crowd.Email(Erased), lines, StringComparison.Ordinal);
        Assert.Contains("\"stage\"", lines, StringComparison.Ordinal);
        Assert.Equal(13, lines.Split('\n').Count(line => line.Contains("\"receivedAt\"", StringComparison.Ordinal)));
    }

    private static async Task StartShadowAsync(ServerProcess server)
    {
        var model = (await server.Models.GetModelAsync(new GetModelRequest(), cancellationToken: Cancelled)).Model;
        using var started = server.Models.StartShadow(new StartShadowRequest { Yaml = model.Yaml }, cancellationToken: Cancelled);
        while (await started.ResponseStream.MoveNext(Cancelled))
        {
            // It is there when the last one has come.
        }
    }

    private static async Task PublishAsync(ServerProcess server)
    {
        var model = (await server.Models.GetModelAsync(new GetModelRequest(), cancellationToken: Cancelled)).Model;
        await PublishAsync(server, new PublishModelRequest { Yaml = model.Yaml + "\n# Another one.\n" });
    }

    private static Task RollBackAsync(ServerProcess server) => PublishAsync(server, new PublishModelRequest { Version = 1 });

    private static async Task PublishAsync(ServerProcess server, PublishModelRequest request)
    {
        using var published = server.Models.PublishModel(request, cancellationToken: Cancelled);
        while (await published.ResponseStream.MoveNext(Cancelled))
        {
            // It is active when the last one has come.
        }
    }

    private static async Task EraseSomeAsync(ServerProcess server, IEnumerable<int> people)
    {
        foreach (var person in people)
        {
            try
            {
                await EraseAsync(server, Crowd.Id(person));
            }
            catch (RpcException fault) when (fault.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Cancelled)
            {
                return;
            }
        }
    }

    private static async Task<Erasure> EraseAsync(ServerProcess server, string id)
    {
        var client = new PrivacyService.PrivacyServiceClient(server.Channel);
        return (await client.EraseContactAsync(new EraseContactRequest { ContactId = id }, cancellationToken: Cancelled)).Erasure;
    }
}
