using System.Net;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Serving;
using LeadGrains.Host.Tests.Commands;
using LeadGrains.Testing.Processes;
using LeadGrains.V1;
using Microsoft.Data.Sqlite;

namespace LeadGrains.Host.Tests.Serving;

public sealed class ServeTests : IDisposable
{
    private const string OtherModel = "name: other\nintent: {half_point: 30}\n";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("leadgrains-tests-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Serve_WhenStoppedAndStartedAgain_KnowsWhatItKnew()
    {
        await using (var server = await StartAsync())
        {
            using var connection = new ServerConnection(server.GrpcAddress, TimeProvider.System);
            var request = new RecordSignalsRequest { Signals = { new Signal { Id = "1", Type = "demo_requested", ContactId = "ann", Email = "ann@acme.com" } } };
            Assert.Equal(1U, (await connection.Ingest.RecordSignalsAsync(request, connection.Call(Cancelled))).Recorded);
            Assert.True(await server.StopAsync());
        }

        await using var again = await StartAsync();
        using var output = new StringWriter();
        again.Announce(new(output, output, outputIsScreen: false, errorIsScreen: false));

        Assert.Contains("Found 1 contacts, 1 accounts, ", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("; 0 entries were replayed.", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"Ready. gRPC on {again.GrpcAddress.Authority}, HTTP on {again.HttpAddress.Authority}.{Environment.NewLine}", output.ToString(), StringComparison.Ordinal);
        using var reader = new ServerConnection(again.GrpcAddress, TimeProvider.System);
        var ranked = await reader.Ranking.RankAccountsAsync(new RankAccountsRequest(), reader.Call(Cancelled));
        Assert.Equal("acme.com", Assert.Single(ranked.Accounts).AccountId);
    }

    [Fact]
    public async Task Serve_WhenTheFolderIsInUse_Refuses()
    {
        await using var first = await StartAsync();

        var ran = await ServeAsync();

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("is in use", ran.Error, StringComparison.Ordinal);
        Assert.Empty(ran.Output);
    }

    [Fact]
    public async Task Serve_WhenThePortIsInUse_SaysWhichAndWhatToDo()
    {
        await using var first = await StartAsync();
        var other = _folder.CreateSubdirectory("other").FullName;

        var ran = await CommandRun.OfAsync(
            Cancelled, "serve", "--data", other, "--grpc", first.GrpcAddress.Authority, "--http", "127.0.0.1:0", "--log-level", "None");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains(first.GrpcAddress.Authority, ran.Error, StringComparison.Ordinal);
        Assert.Contains("choose other ports with --grpc", ran.Error, StringComparison.Ordinal);
    }

    // Console loggers hold on to the process's own standard error, so only a process of its own shows what they write.
    [Fact]
    public async Task Serve_WhenThePortIsInUse_LogsNoTrace()
    {
        await using var first = await StartAsync();
        var other = _folder.CreateSubdirectory("other").FullName;
        await using var second = RunningProcess.Start(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "leadgrains.dll"), "serve", "--data", other, "--grpc", first.GrpcAddress.Authority, "--http", "127.0.0.1:0"]);

        Assert.Equal(ExitCode.Failed, await second.WaitAsync(TimeSpan.FromSeconds(60), Cancelled));
        Assert.Contains("choose other ports with --grpc", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Hosting failed", second.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Http1", true)]
    [InlineData("Http1AndHttp2", true)]
    [InlineData("Http2", false)]
    public async Task Serve_WhenNoEndpointServesPlainGrpc_Warns(string protocols, bool warns)
    {
        var settings = Write("settings.json", $$"""{"Kestrel": {"Endpoints": {"Api": {"Url": "http://127.0.0.1:0", "Protocols": "{{protocols}}"} } } }""");
        await using var server = RunningProcess.Start(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, "leadgrains.dll"), "serve", "--data", Data, "--settings", settings]);

        await server.LineAsync("Ready.", TimeSpan.FromSeconds(60), Cancelled);

        Assert.Equal(warns, server.Output.Contains("wants an endpoint of its own with Protocols: Http2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Serve_WhenTheStoreWasScoredUnderAnotherModel_PublishesTheGivenOne()
    {
        await using (await StartAsync())
        {
        }

        await using var again = await StartAsync(Write("other.yaml", OtherModel));
        using var connection = new ServerConnection(again.GrpcAddress, TimeProvider.System);
        var active = await connection.Models.GetModelAsync(new GetModelRequest(), connection.Call(Cancelled));
        var listed = await connection.Models.ListModelsAsync(new ListModelsRequest(), connection.Call(Cancelled));

        Assert.Equal((2U, OtherModel), (active.Model.Version, active.Model.Yaml));
        Assert.Equal([2U, 1U], listed.Models.Select(model => model.Version));
    }

    [Fact]
    public async Task Serve_WhenAModelIsGivenOnce_KeepsIt()
    {
        await using (await StartAsync(Write("other.yaml", OtherModel)))
        {
        }

        await using var again = await StartAsync();
        using var connection = new ServerConnection(again.GrpcAddress, TimeProvider.System);
        var answer = await connection.Models.GetModelAsync(new GetModelRequest(), connection.Call(Cancelled));

        Assert.Equal(1U, answer.Model.Version);
        Assert.Equal(OtherModel, answer.Model.Yaml);
    }

    [Fact]
    public async Task Serve_WhenTheModelIsFaulty_SaysWhere()
    {
        var file = Write("bad.yaml", "name: bad\nintent: {half_point: -1}\n");

        var ran = await ServeAsync("--model", file);

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.StartsWith($"{file}(2,", ran.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data), "A faulty model leaves a data folder behind.");
    }

    [Fact]
    public async Task Probes_WhenServing_AnswerWithTheProcess()
    {
        await using var server = await StartAsync();
        using var client = new HttpClient { BaseAddress = server.HttpAddress };

        var health = await client.GetStringAsync(HealthAnswer.Path, Cancelled);
        using var ready = await client.GetAsync("/readyz", Cancelled);

        Assert.Contains("\"status\":\"serving\"", health, StringComparison.Ordinal);
        Assert.Contains($"\"id\":{Environment.ProcessId}", health, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
    }

    [Fact]
    public async Task Probes_WhenOthersAskByAProxy_TellThemNothingOfTheProcess()
    {
        await using var server = await StartAsync();
        using var client = new HttpClient { BaseAddress = server.HttpAddress, DefaultRequestHeaders = { { "X-Forwarded-For", "192.0.2.1" } } };

        Assert.Equal("{\"status\":\"serving\"}", await client.GetStringAsync(HealthAnswer.Path, Cancelled));
    }

    [Fact]
    public async Task Serve_WhenToldToStop_EndsWithZeroAndLetsGoOfTheFolder()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var serving = CommandRun.OfAsync(
            stop.Token, "serve", "--data", Data, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", "--log-level", "None");
        stop.CancelAfter(TimeSpan.FromSeconds(3));

        var ran = await serving;
        await using var again = await StartAsync();

        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.EndsWith($"Stopping.{Environment.NewLine}", ran.Output, StringComparison.Ordinal);
        Assert.Empty(ran.Error);
    }

    [Fact]
    public async Task Serve_WhenTheLastRowsCannotBeWritten_EndsAsFailed()
    {
        await using var server = await StartAsync();
        await using (var store = new SqliteConnection($"Data Source={Path.Combine(Data, "grains.db")};Pooling=False"))
        {
            await store.OpenAsync(Cancelled);
            await using var drop = store.CreateCommand();
            drop.CommandText = "DROP TABLE checkpoints_1";
            await drop.ExecuteNonQueryAsync(Cancelled);
        }

        Assert.False(await server.StopAsync());
    }

    [Fact]
    public async Task Serve_WhenABoundIsOutOfRange_SaysTheRange()
    {
        var ran = await ServeAsync("--active-grains", "3");

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains("'3' is no whole number from 16 to 50,000,000", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WhenAFolderAndADatabaseAreNamed_AsksForOne()
    {
        var ran = await ServeAsync("--store", "Host=127.0.0.1;Database=leads");

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains("--data names a folder and --store a database", ran.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task Serve_WhenTheDatabaseCannotBeReached_SaysWhatToDo()
    {
        var ran = await CommandRun.OfAsync(Cancelled, "serve", "--store", "Host=127.0.0.1;Port=1;Database=leads;Username=ann;Password=hidden");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("PostgreSQL database leads of 127.0.0.1:1 cannot be used", ran.Error, StringComparison.Ordinal);
        Assert.Contains("Start the server, or correct Host and Port.", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", ran.Error, StringComparison.Ordinal);
    }

    private string Data => Path.Combine(_folder.FullName, "data");

    private Task<RunningServer> StartAsync(string? model = null) => RunningServer.StartAsync(
        new ServeSettings
        {
            Data = Data,
            Grpc = new IPEndPoint(IPAddress.Loopback, 0),
            Http = new IPEndPoint(IPAddress.Loopback, 0),
            ModelFile = model,
            LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
        },
        TimeProvider.System,
        Cancelled);

    private Task<CommandRun> ServeAsync(params string[] more) => CommandRun.OfAsync(
        Cancelled, ["serve", "--data", Data, "--grpc", "127.0.0.1:0", "--http", "127.0.0.1:0", "--log-level", "None", .. more]);

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text);
        return file;
    }
}
