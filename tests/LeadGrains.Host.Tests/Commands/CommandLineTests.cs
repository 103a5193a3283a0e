using System.CommandLine;
using System.Text.RegularExpressions;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Terminals;
using LeadGrains.Testing;

namespace LeadGrains.Host.Tests.Commands;

public sealed class CommandLineTests
{
    public static TheoryData<string> OptionsWithDefaults => [.. Commands(CommandLine.Root(Quiet), "").SelectMany(one => one.Command.Options
        .Where(option => option.HasDefaultValue && option.GetDefaultValue() is not (null or bool)).Select(option => $"{one.Path}{option.Name}"))];

    private static CommandContext Quiet => new(new Terminal(TextWriter.Null, TextWriter.Null, outputIsScreen: false, errorIsScreen: false), TimeProvider.System);

    // Help shows a default as its own text.
    [Theory]
    [MemberData(nameof(OptionsWithDefaults))]
    public void Default_AsHelpShowsIt_IsReadAsTheSame(string path)
    {
        var parts = path.Split(' ');
        var root = CommandLine.Root(Quiet);
        var option = parts[..^1].Aggregate((Command)root, (command, name) => command.Subcommands.First(one => one.Name == name)).Options.First(one => one.Name == parts[^1]);
        var shown = Convert.ToString(option.GetDefaultValue(), System.Globalization.CultureInfo.CurrentCulture)!;

        var read = root.Parse([.. parts, shown]).GetResult(option)!;

        Assert.Empty(read.Errors);
        Assert.Equal(option.GetDefaultValue(), read.GetValueOrDefault<object>());
    }

    [Fact]
    public async Task Serve_WhenAskedForHelp_ShowsTimesAsTheyAreTyped()
    {
        var help = (await CommandRun.OfAsync("serve --help")).Output;

        Assert.Contains("[default: 5s]", help, StringComparison.Ordinal);
        Assert.Contains("[default: 72h]", help, StringComparison.Ordinal);
        Assert.DoesNotContain("00:00", help, StringComparison.Ordinal);
    }

    private static IEnumerable<(Command Command, string Path)> Commands(Command command, string path) =>
        command.Subcommands.SelectMany(one => Commands(one, $"{path}{one.Name} ")).Prepend((command, path));

    [Theory]
    [InlineData("")]
    [InlineData("serve")]
    [InlineData("demo")]
    [InlineData("import")]
    [InlineData("load")]
    [InlineData("rank")]
    [InlineData("rank accounts")]
    [InlineData("rank contacts")]
    [InlineData("explain account")]
    [InlineData("explain contact")]
    [InlineData("get account")]
    [InlineData("get contact")]
    [InlineData("watch")]
    [InlineData("changes")]
    [InlineData("upsert account")]
    [InlineData("upsert contact")]
    [InlineData("store copy")]
    [InlineData("config check")]
    [InlineData("config docs")]
    [InlineData("cluster status")]
    [InlineData("cluster drain")]
    [InlineData("model list")]
    [InlineData("model preview")]
    [InlineData("model publish")]
    [InlineData("model shadow start")]
    [InlineData("model shadow stop")]
    [InlineData("model shadow compare")]
    public async Task Run_WhenHelpIsAsked_ShowsItAndSucceeds(string command)
    {
        var ran = await CommandRun.OfAsync($"{command} --help");

        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.Contains("Usage:", ran.Output, StringComparison.Ordinal);
        Assert.Empty(ran.Error);
        Assert.DoesNotContain("sink", ran.Output.Replace("--compare-sink", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WhenACommandsHelpIsAsked_SaysMoreThanTheList()
    {
        const string Exit = "Ends with 0 if every line is recorded or a duplicate, and with 1 if any was rejected";

        var own = await CommandRun.OfAsync("import --help");
        var list = await CommandRun.OfAsync("--help");

        Assert.Contains(Exit, own.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Exit, list.Output, StringComparison.Ordinal);
        Assert.Contains("Sends the signals of a file to a server.", list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Readme_WhenItListsTheCommands_HasEach()
    {
        var rows = File.ReadLines(Path.Combine(RepositoryRoot.Path, "README.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        var terminal = new Terminal(TextWriter.Null, TextWriter.Null, outputIsScreen: false, errorIsScreen: false);
        var commands = Leaves("", CommandLine.Root(new CommandContext(terminal, TimeProvider.System))).ToList();

        Assert.Contains("model shadow compare", commands);
        Assert.All(commands, command => Assert.Contains(rows, row => IsIn(row, command)));

        // A row may name the others of a group by their last word alone.
        static bool IsIn(string row, string command)
        {
            var split = command.LastIndexOf(' ');
            return Regex.IsMatch(row, $"`{command}[ `]")
                || (split > 0 && row.StartsWith($"| `{command[..split]} ", StringComparison.Ordinal) && row.Contains($"`{command[(split + 1)..]}`", StringComparison.Ordinal));
        }

        static IEnumerable<string> Leaves(string path, Command command) => command.Subcommands.Count == 0
            ? [path]
            : command.Subcommands.Where(one => !one.Hidden).SelectMany(one => Leaves($"{path} {one.Name}".Trim(), one));
    }

    [Fact]
    public async Task Run_WhenTheVersionIsAsked_ShowsIt() =>
        Assert.StartsWith("0.", (await CommandRun.OfAsync("--version")).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("", "")]
    [InlineData("bogus", "bogus")]
    [InlineData("rank", "See `leadgrains rank --help`.")]
    [InlineData("rank accounts --by age", "age")]
    [InlineData("rank accounts --limit 0", "'0' is no whole number from 1 to 100,000.")]
    [InlineData("rank accounts --trait industry", "--trait wants NAME=VALUE")]
    [InlineData("rank accounts --server ftp://a", "--server wants a URL")]
    [InlineData("explain contact", "See `leadgrains explain contact --help`.")]
    [InlineData("explain contact a --at noon-ish", "is no instant such as")]
    [InlineData("model preview", "Give its FILE, or --version N.")]
    [InlineData("model publish a.yaml --version 2", "FILE and --version exclude each other.")]
    [InlineData("model shadow start --version 0", "no whole number from 1")]
    [InlineData("import", "FILE")]
    [InlineData("import a --batch 10001", "from 1 to 10,000")]
    [InlineData("load --rate 5 --max", "exclude each other")]
    [InlineData("load --rate 5 --compare-sink", "leave --rate out")]
    [InlineData("load --duration 5x", "is no time span")]
    [InlineData("load --contacts 10 --accounts 20", "each must be at least as many as the next")]
    [InlineData("serve --grpc 7070", "--grpc wants ADDR:PORT")]
    [InlineData("serve --grpc 0.0.0.0:7070", "is not encrypted")]
    [InlineData("serve --http [::]:7080", "say --insecure")]
    [InlineData("serve --grpc 192.168.1.4:7070", "say --insecure")]
    [InlineData("serve --cluster 7171", "--cluster wants ADDR:PORT")]
    [InlineData("serve --cluster 127.0.0.1:0", "--cluster needs --store")]
    [InlineData("serve --node a", "--node is for a node of a cluster")]
    [InlineData("serve --store Host=h;Database=d --cluster 127.0.0.1:0", "--cluster needs --secret-file")]
    [InlineData("serve --store Host=h;Database=d --cluster 0.0.0.0:7171 --secret-file x", "is not encrypted")]
    [InlineData("serve --store Host=h;Database=d --cluster 127.0.0.1:0 --secret-file x --lease 1ms", "--lease lasts from 1s to 10m")]
    public async Task Run_WhenTheUsageIsBad_SaysWhatIsWrongAndEndsWithTwo(string command, string complaint)
    {
        var ran = await CommandRun.OfAsync(command);

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains(complaint, ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rank accounts")]
    [InlineData("rank contacts --json")]
    [InlineData("explain account a")]
    [InlineData("get contact a")]
    [InlineData("load --signals 10 --contacts 10 --accounts 5")]
    public async Task Run_WhenNoServerIsThere_SaysWhatToDoAndEndsWithOne(string command)
    {
        var ran = await CommandRun.OfAsync($"{command} --server http://127.0.0.1:1");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Equal(
            "No server answers at http://127.0.0.1:1. Start one with `leadgrains serve`, or name another with --server URL.",
            ran.Error.Trim());
        Assert.Empty(ran.Output);
    }

    [Theory]
    [InlineData("import no/such/file.jsonl", "There is no file no/such/file.jsonl.")]
    public async Task Run_WhenAFileIsMissing_SaysSo(string command, string complaint)
    {
        var ran = await CommandRun.OfAsync(command);

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Equal(complaint, ran.Error.Trim());
    }
}
