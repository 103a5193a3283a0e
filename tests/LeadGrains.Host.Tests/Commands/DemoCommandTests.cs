using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Tests.Commands;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task Demo_WhenRun_ShowsARankedAndExplainedListAndLeavesNothingBehind()
    {
        var ran = await CommandRun.OfAsync("demo --seed 3");

        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.Contains(" 0 rejected.", ran.Output, StringComparison.Ordinal);
        Assert.Contains("10 of 48 accounts", ran.Output, StringComparison.Ordinal);
        Assert.Contains("Why the first one is first:", ran.Output, StringComparison.Ordinal);
        Assert.Contains("Sum: fit ", ran.Output, StringComparison.Ordinal);
        Assert.StartsWith(Path.GetTempPath(), FolderOf(ran.Output), StringComparison.Ordinal);
        Assert.False(Directory.Exists(FolderOf(ran.Output)));
    }

    [Fact]
    public async Task Demo_WhenKept_ServesUntilItIsStopped()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new Announcement(stop);
        var terminal = new Host.Terminals.Terminal(output, output, outputIsScreen: false, errorIsScreen: false);

        var exitCode = await CommandLine.RunAsync(["demo", "--keep"], new CommandContext(terminal, TimeProvider.System), stop.Token);

        Assert.Equal(ExitCode.Done, exitCode);
        Assert.Contains("Try: leadgrains rank contacts --server http://127.0.0.1:", output.ToString(), StringComparison.Ordinal);
    }

    private static string FolderOf(string output)
    {
        const string Before = "A server with its data in ";
        var start = output.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return output[start..output.IndexOf(',', start)];
    }

    /// <summary>Stops the run once it says that it is ready.</summary>
    private sealed class Announcement(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith("Ready. ", StringComparison.Ordinal) == true)
            {
                stop.Cancel();
            }
        }
    }
}
