using LeadGrains.Host.Commands;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Tests.Commands;

/// <summary>One run of the command inside the test's process, with all that it said.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static Task<CommandRun> OfAsync(string arguments) =>
        OfAsync(TestContext.Current.CancellationToken, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public static async Task<CommandRun> OfAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), outputIsScreen: false, errorIsScreen: false);
        var exitCode = await CommandLine.RunAsync(arguments, new CommandContext(terminal, TimeProvider.System), cancellationToken);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
