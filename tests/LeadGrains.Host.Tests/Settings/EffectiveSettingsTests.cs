using LeadGrains.Host.Commands;
using LeadGrains.Host.Settings;
using LeadGrains.Host.Tests.Commands;
using LeadGrains.Testing;

namespace LeadGrains.Host.Tests.Settings;

public sealed class EffectiveSettingsTests : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_WhenNothingIsGiven_ShowsTheDefaults()
    {
        var ran = await CheckAsync(Nothing);

        Assert.Equal((ExitCode.Done, ""), (ran.ExitCode, ran.Error));
        Assert.Equal(("127.0.0.1:7070", "default"), Row(ran, "Grpc"));
        Assert.Equal(("Information", "default"), Row(ran, "LogLevel"));
        Assert.Contains("The settings can be served.", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhenSeveralSaySomething_TakesTheFlagBeforeTheVariableBeforeTheFile()
    {
        var file = Write("""{"LeadGrains": {"ActiveGrains": 100, "Loops": 3, "Insecure": true, "LogLevel": "Warning"}}""");
        var variables = new Dictionary<string, string> { ["LEADGRAINS_SETTINGS"] = file, ["LEADGRAINS_ACTIVE_GRAINS"] = "200", ["LEADGRAINS_LOOPS"] = "4" };

        var ran = await CheckAsync(variables, "--loops", "5");

        Assert.Equal((ExitCode.Done, ""), (ran.ExitCode, ran.Error));
        Assert.Equal(("5", "--loops"), Row(ran, "Loops"));
        Assert.Equal(("200", "LEADGRAINS_ACTIVE_GRAINS"), Row(ran, "ActiveGrains"));
        Assert.Equal(("true", $"{file}, LeadGrains:Insecure"), Row(ran, "Insecure"));
        Assert.Equal(("Warning", $"{file}, LeadGrains:LogLevel"), Row(ran, "LogLevel"));
    }

    [Fact]
    public async Task Check_WhenSeveralValuesMayCome_TakesAListFromEach()
    {
        var file = Write("""{"LeadGrains": {"WebOrigin": ["https://a.example", "https://b.example"]}}""");

        var fromFile = await CheckAsync(Nothing, "--settings", file);
        var fromVariable = await CheckAsync(new Dictionary<string, string> { ["LEADGRAINS_WEB_ORIGIN"] = "https://c.example, https://d.example" });

        Assert.Contains("https://a.example, https://b.example", fromFile.Output, StringComparison.Ordinal);
        Assert.Contains("https://c.example, https://d.example", fromVariable.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhenThePlaceOfTheDataIsGivenTwice_TakesTheHigherSource()
    {
        var variables = new Dictionary<string, string> { ["LEADGRAINS_STORE"] = "Host=db;Database=leads;Password=hush" };

        var flag = await CheckAsync(variables, "--data", _folder.Path);
        var both = await CheckAsync(Nothing, "--data", _folder.Path, "--store", "Host=db");

        Assert.Equal(ExitCode.Done, flag.ExitCode);
        Assert.Equal((_folder.Path, "--data"), Row(flag, "Data"));
        Assert.DoesNotContain("Host=db", flag.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadUsage, both.ExitCode);
        Assert.Contains("all data is in one of them", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhenThereAreSecrets_ShowsNone()
    {
        var store = _folder.At("store");
        await File.WriteAllTextAsync(store, "Host=db;Database=leads;Password=hush\n", Cancelled);

        var address = await CheckAsync(new Dictionary<string, string> { ["LEADGRAINS_STORE"] = "Host=db;Database=leads;Password=hush" });
        var file = await CheckAsync(new Dictionary<string, string> { ["LEADGRAINS_STORE_FILE"] = store });

        Assert.Equal((ExitCode.Done, ExitCode.Done), (address.ExitCode, file.ExitCode));
        Assert.Contains("***", Row(address, "Store").Value, StringComparison.Ordinal);
        Assert.Equal((store, "LEADGRAINS_STORE_FILE"), Row(file, "StoreFile"));
        Assert.DoesNotContain("hush", address.Output + file.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhenTheFileHasAnUnknownKey_NamesItAndTheKnownOnes()
    {
        var ran = await CheckAsync(Nothing, "--settings", Write("""{"LeadGrains": {"ActivGrains": 100}}"""));

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("has an unknown key LeadGrains:ActivGrains", ran.Error, StringComparison.Ordinal);
        Assert.Contains("ActiveGrains", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"LeadGrains": {"Loops": {"Many": 1}}}""", "LeadGrains:Loops is a text, a number, true or false")]
    [InlineData("""{"LeadGrains": {"Settings": "other.json"}}""", "unknown key LeadGrains:Settings")]
    [InlineData("""{"LeadGrain": {}, "Other": 1}""", "unknown key LeadGrain")]
    [InlineData("{", "is no settings file")]
    public async Task Check_WhenTheFileIsWrong_SaysHow(string text, string complaint)
    {
        var ran = await CheckAsync(Nothing, "--settings", Write(text));

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains(complaint, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhenAVariableIsCalledLikeASetting_Complains()
    {
        var variables = new Dictionary<string, string> { ["LEADGRAINS_SOTRE"] = "Host=db", ["LEADGRAINS_SERVICE_HOST"] = "10.0.0.1", ["LEADGRAINS_PORT_7070_TCP"] = "tcp://10.0.0.1:7070" };

        var ran = await CheckAsync(variables);

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains("LEADGRAINS_SOTRE", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("10.0.0.1", ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("LEADGRAINS_PORT", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("config check")]
    public async Task Run_WhenAVariableIsNoValue_NamesTheVariable(string command)
    {
        var ran = await CommandRun.OfAsync(new Dictionary<string, string> { ["LEADGRAINS_GRPC"] = "everywhere" }, Cancelled, command.Split(' '));

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains("LEADGRAINS_GRPC: --grpc wants ADDR:PORT", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhenEndpointsAreInTheFile_ShowsThem()
    {
        var ran = await CheckAsync(Nothing, "--settings", Write("""{"Kestrel": {"Endpoints": {"Api": {"Url": "http://127.0.0.1:7443", "Protocols": "Http2"}}}}"""));

        Assert.Equal((ExitCode.Done, ""), (ran.ExitCode, ran.Error));
        Assert.Contains("Listens at http://127.0.0.1:7443 (Api of the settings).", ran.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("30d", "a signal of that age still counts up to")]
    [InlineData("1000w", "")]
    public async Task Check_WhenSignalsAreRemovedThatCount_SaysByHowMuchARescoreMayDiffer(string age, string expected)
    {
        var ran = await CheckAsync(Nothing, "--retain-signals", age);

        Assert.Equal((ExitCode.Done, expected.Length == 0), (ran.ExitCode, ran.Error.Length == 0));
        Assert.Contains(expected, ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhenPeopleAndSignalsAreLetGoOf_SaysSo()
    {
        var ran = await CheckAsync(Nothing, "--retain-contacts", "730d", "--retain-signals", "1000w");

        Assert.Equal((ExitCode.Done, ""), (ran.ExitCode, ran.Error));
        Assert.Contains("Lets go of people of whom nothing was heard for 730d and of signals that were received more than 7000d ago, every 1d.", ran.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("400")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("40000d")]
    [InlineData("d")]
    public async Task Check_WhenAnAgeHasNoUnitOrIsNone_RefusesIt(string age)
    {
        var ran = await CheckAsync(new Dictionary<string, string> { ["LEADGRAINS_RETAIN_SIGNALS"] = age }, []);

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains("is no age such as 400d", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_WhenComparedWithTheOptions_IsTheirs()
    {
        var ran = await CommandRun.OfAsync(Nothing, Cancelled, "config", "docs");

        var document = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "deploy", "settings.md"), Cancelled);
        Assert.True(document == ran.Output, "deploy/settings.md is not what the options say. Write it again: leadgrains config docs > deploy/settings.md");
        Assert.Equal(EffectiveSettings.Of(CommandLine.Root(new CommandContext(null!, TimeProvider.System)).Subcommands.Single(command => command.Name == "serve")).Count, ran.Output.Split("| `--").Length - 1);
    }

    private static Task<CommandRun> CheckAsync(Dictionary<string, string> variables, params string[] arguments) =>
        CommandRun.OfAsync(variables, Cancelled, ["config", "check", .. arguments]);

    private static (string Value, string From) Row(CommandRun ran, string setting)
    {
        var row = ran.Output.Split('\n').Single(line => line.StartsWith(setting + "  ", StringComparison.Ordinal));
        var cells = row.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (cells[1], cells[^1]);
    }

    private string Write(string text)
    {
        var path = _folder.At("settings.json");
        File.WriteAllText(path, text);
        return path;
    }
}
