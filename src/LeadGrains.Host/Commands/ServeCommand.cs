using System.CommandLine;
using LeadGrains.Host.Settings;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains serve</c>.</summary>
internal static class ServeCommand
{
    private const string Details =
        """
        Takes signals over gRPC, keeps them in a folder or in PostgreSQL, scores contacts and accounts, answers rankings. SIGTERM or SIGINT
        stops it: it refuses new calls, finishes those under way, writes what is in memory and ends with 0. `/healthz` and `/readyz` on the HTTP address tell whether it lives and whether it takes calls, `/metrics` what it does.
        Each option can also stand in the environment (`--active-grains` as LEADGRAINS_ACTIVE_GRAINS) or in the settings file; `leadgrains config check` says what counts.
        """;

    public static Command Build(CommandContext context)
    {
        var command = new DetailedCommand("serve", "Serves the API.", Details);
        var options = new ServeOptions();
        options.AddTo(command);
        command.SetAction((given, cancellationToken) =>
            new ServeRun(context, options.Read(EffectiveSettings.Read(given, context.Variables).Parsed)).RunAsync(cancellationToken));
        return command;
    }
}
