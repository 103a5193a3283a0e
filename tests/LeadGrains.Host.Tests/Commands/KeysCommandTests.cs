using System.Text.Json;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Tests.Commands;

/// <summary>Keys by the command, beside a server that is running.</summary>
public sealed class KeysCommandTests : IAsyncLifetime
{
    private ServedFolder _served = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _served = await ServedFolder.StartAsync();

    public ValueTask DisposeAsync() => _served.DisposeAsync();

    [Fact]
    public async Task Create_WhenAServerIsRunning_LetsItAskForKeysSoon()
    {
        Assert.Equal(ExitCode.Done, (await RankAsync()).ExitCode);
        var created = await KeysAsync("create", "--name", "tests", "--scope", "read,ingest", "--workspace", "acme");
        Assert.Matches("^lgk_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}\\s*$", created.Output);
        Assert.Contains("the only time", created.Error, StringComparison.Ordinal);
        await UntilAsync(async () => (await RankAsync()).ExitCode == ExitCode.Failed);
        var refused = await RankAsync();
        Assert.Contains("LEADGRAINS_API_KEY", refused.Error, StringComparison.Ordinal);

        var key = created.Output.Trim();
        Assert.Equal(ExitCode.Done, (await RankAsync("--api-key", key)).ExitCode);
        await File.WriteAllTextAsync(_served.In("key"), key + "\n", Cancelled);
        Assert.Equal(ExitCode.Done, (await RankAsync("--api-key-file", _served.In("key"))).ExitCode);
        Assert.Contains("scope admin", (await CommandRun.OfAsync(Cancelled, "audit", "--server", $"{_served.GrpcAddress}", "--api-key", key)).Error, StringComparison.Ordinal);

        await KeysAsync("revoke", key);
        await UntilAsync(async () => (await RankAsync("--api-key", key)).ExitCode == ExitCode.Failed);
    }

    [Fact]
    public async Task Watch_WhenItsKeyIsRevoked_Ends()
    {
        var key = (await KeysAsync("create", "--name", "tests", "--scope", "read")).Output.Trim();
        await UntilAsync(async () => (await RankAsync()).ExitCode == ExitCode.Failed);
        var watching = CommandRun.OfAsync(Cancelled, "watch", "--server", $"{_served.GrpcAddress}", "--api-key", key);
        await Task.Delay(TimeSpan.FromMilliseconds(500), Cancelled);
        Assert.False(watching.IsCompleted);
        await KeysAsync("revoke", key);
        var ended = await watching.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
        Assert.Contains("wants a key that is in force", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WhenThereAreKeys_ShowsThemAndNoSecret()
    {
        Assert.Contains("There are no keys", (await KeysAsync("list")).Output, StringComparison.Ordinal);
        var page = (await KeysAsync("create", "--name", "the page", "--scope", "ingest", "--origin", "https://a.example", "--expires", "90d", "--signals-per-second", "50")).Output.Trim();
        var table = (await KeysAsync("list")).Output;
        Assert.Contains("the page", table, StringComparison.Ordinal);
        Assert.Contains("50 signals/s", table, StringComparison.Ordinal);
        Assert.DoesNotContain(page.Split('_')[2], table, StringComparison.Ordinal);
        var one = JsonDocument.Parse((await KeysAsync("list", "--json")).Output).RootElement.EnumerateArray().Single();
        Assert.Equal(page.Split('_')[1], one.GetProperty("id").GetString());
        Assert.Equal("default", one.GetProperty("workspace").GetString());
        Assert.Equal("ingest", one.GetProperty("scopes").EnumerateArray().Single().GetString());
    }

    [Fact]
    public async Task Audit_WhenKeysWereMade_ShowsThatToAdmins()
    {
        var key = (await KeysAsync("create", "--name", "the admin", "--scope", "admin")).Output.Trim();
        await UntilAsync(async () => (await AuditAsync(key)).ExitCode == ExitCode.Done);
        var shown = (await AuditAsync(key)).Output;
        Assert.Contains("key.create", shown, StringComparison.Ordinal);
        Assert.Contains("the leadgrains command", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_WhenTheFolderIsNotThere_SaysThatNoServerKeepsItsDataThere()
    {
        string[] arguments = ["keys", "create", "--name", "tests", "--scope", "read", "--data", _served.In("mistyped")];
        Assert.Contains("no server keeps its data there yet", (await CommandRun.OfAsync(Cancelled, arguments)).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("no server keeps its data there yet", (await CommandRun.OfAsync(Cancelled, arguments)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("revoke abcdefghijkl")]
    public async Task Run_WhenTheFolderIsMistyped_SaysSoAndMakesNothing(string command)
    {
        var folder = _served.In("mistyped");
        foreach (var isThere in new[] { false, true })
        {
            var ran = await CommandRun.OfAsync(Cancelled, ["keys", .. command.Split(' '), "--data", folder]);

            Assert.Equal(ExitCode.Failed, ran.ExitCode);
            Assert.Contains($"No server keeps its data in {folder}", ran.Error, StringComparison.Ordinal);
            Assert.Equal(isThere, Directory.Exists(folder));
            Assert.Empty(Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : []);
            Directory.CreateDirectory(folder);
        }
    }

    [Fact]
    public async Task List_WhenTheEnvironmentSaysWhereTheDataIs_LooksThere()
    {
        await KeysAsync("create", "--name", "the page", "--scope", "ingest");
        var variables = new Dictionary<string, string> { ["LEADGRAINS_DATA"] = _served.In("data") };
        Assert.Contains("the page", (await CommandRun.OfAsync(variables, Cancelled, "keys", "list")).Output, StringComparison.Ordinal);

        // What is typed silences it.
        variables["LEADGRAINS_DATA"] = _served.In("elsewhere");
        Assert.Contains("the page", (await CommandRun.OfAsync(variables, Cancelled, "keys", "list", "--data", _served.In("data"))).Output, StringComparison.Ordinal);

        variables["LEADGRAINS_STORE"] = "Host=h;Database=d";
        Assert.Equal(ExitCode.BadUsage, (await CommandRun.OfAsync(variables, Cancelled, "keys", "list")).ExitCode);
        variables.Remove("LEADGRAINS_DATA");
        variables.Remove("LEADGRAINS_STORE");
        variables["LEADGRAINS_STORE_FILE"] = _served.In("no-such-file");
        Assert.Contains("There is no file", (await CommandRun.OfAsync(variables, Cancelled, "keys", "list")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_WhenTheSettingsFileSaysWhereTheDataIs_LooksThere()
    {
        await KeysAsync("create", "--name", "the page", "--scope", "ingest");
        var file = _served.In("settings.json");
        await File.WriteAllTextAsync(file, System.Text.Json.JsonSerializer.Serialize(new { LeadGrains = new { Data = _served.In("data"), Loops = 2 } }), Cancelled);
        Assert.Contains("the page", (await CommandRun.OfAsync(Cancelled, "keys", "list", "--settings", file)).Output, StringComparison.Ordinal);
        var variables = new Dictionary<string, string> { ["LEADGRAINS_SETTINGS"] = file };
        Assert.Contains("the page", (await CommandRun.OfAsync(variables, Cancelled, "keys", "list")).Output, StringComparison.Ordinal);

        // A variable silences it, as it does for `serve`.
        variables["LEADGRAINS_DATA"] = _served.In("elsewhere");
        Assert.Contains($"No server keeps its data in {_served.In("elsewhere")}", (await CommandRun.OfAsync(variables, Cancelled, "keys", "list")).Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, """{"LeadGrains": {"Daten": "x"}}""", Cancelled);
        Assert.Contains("unknown key LeadGrains:Daten", (await CommandRun.OfAsync(Cancelled, "keys", "list", "--settings", file)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create --scope read", "--name")]
    [InlineData("create --name a", "--scope")]
    [InlineData("create --name a --scope write", "--scope wants some of ingest, read, model and admin")]
    [InlineData("create --name a --scope read --workspace A", "A workspace has 1 to 64 of a-z, 0-9 and '-'")]
    [InlineData("create --name a --scope read --origin https://a.example", "a key with origins has the scope ingest alone")]
    [InlineData("create --name a --scope ingest --origin *", "--origin wants an origin")]
    [InlineData("create --name a --scope read --expires 5", "--expires wants a time")]
    [InlineData("create --name a --scope read --expires 999999d", "--expires wants a time")]
    [InlineData("list --data a --store Host=h;Database=d", "Leave the others out")]
    public async Task Run_WhenTheUsageIsBad_SaysWhatIsWrong(string arguments, string complaint)
    {
        var ran = await CommandRun.OfAsync($"keys {arguments}");
        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains(complaint, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revoke_WhenThereIsNoSuchKey_SaysSo()
    {
        foreach (var id in new[] { "nonsense", "abcdefghijkl", "lgk_abcdefghijkl_x" })
        {
            var ran = await KeysAsync("revoke", id);
            Assert.Equal(ExitCode.Failed, ran.ExitCode);
            Assert.Contains("There is no such key", ran.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("http://192.0.2.1:7070", "without encryption")]
    [InlineData("http://127.0.0.1:1", "No server answers")]
    [InlineData("http://localhost:1", "No server answers")]
    public async Task Rank_WhenTheKeyWouldBeReadOnTheWay_IsRefused(string server, string complaint)
    {
        var ran = await CommandRun.OfAsync(Cancelled, "rank", "accounts", "--server", server, "--api-key", "lgk_a_b");
        Assert.Contains(complaint, ran.Error, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); !await holds(); await Task.Delay(50, Cancelled))
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(20), "The server did not follow.");
    }

    private Task<CommandRun> KeysAsync(params string[] arguments) =>
        CommandRun.OfAsync(Cancelled, ["keys", .. arguments, "--data", _served.In("data")]);

    private Task<CommandRun> RankAsync(params string[] more) =>
        CommandRun.OfAsync(Cancelled, ["rank", "accounts", "--server", $"{_served.GrpcAddress}", .. more]);

    private Task<CommandRun> AuditAsync(string key) => CommandRun.OfAsync(Cancelled, "audit", "--server", $"{_served.GrpcAddress}", "--api-key", key);
}
