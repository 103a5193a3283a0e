using LeadGrains.Host.Commands;
using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Tests.Commands;

/// <summary>One run of the command inside the test's process, with all that it said.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static Task<CommandRun> OfAsync(string arguments) =>
        OfAsync(TestContext.Current.CancellationToken, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public static Task<CommandRun> OfAsync(CancellationToken cancellationToken, params string[] arguments) =>
        OfAsync(variables: null, cancellationToken, arguments);

    /// <param name="variables">The environment; null for the process's own.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="arguments">What is typed.</param>
    public static async Task<CommandRun> OfAsync(
        IReadOnlyDictionary<string, string>? variables, CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), outputIsScreen: false, errorIsScreen: false);
        var context = new CommandContext(terminal, TimeProvider.System);
        var exitCode = await CommandLine.RunAsync(arguments, variables is null ? context : context with { Variables = variables }, cancellationToken);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
