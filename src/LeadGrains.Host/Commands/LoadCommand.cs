using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Loading;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains load</c>.</summary>
internal static class LoadCommand
{
    private const string Details =
        """
        Upserts contacts and accounts with traits first; then sends signals of every kind that the server's model scores.
        Latency is that of a batch, from the instant at which it was meant to be sent. Ends with 0 if every signal was
        acknowledged and, with --verify, every score is right; else with 1.
        """;

    public static Command Build(CommandContext context)
    {
        var options = new LoadOptions();
        var command = new DetailedCommand("load", "Loads a server with generated signals and measures throughput and latency.", Details);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(context, options.Read(parsed, context.Clock), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, LoadSettings settings, CancellationToken cancellationToken)
    {
        using var connection = new ServerConnection(settings.Server, context.Clock);
        var test = await LoadTest.PrepareAsync(context, settings, connection, cancellationToken);
        var report = await test.RunAsync(cancellationToken);
        if (settings.Json)
        {
            context.Terminal.Line(report.ToJson());
        }
        else
        {
            report.Show(context.Terminal);
        }

        return report.IsClean ? ExitCode.Done : ExitCode.Failed;
    }
}
