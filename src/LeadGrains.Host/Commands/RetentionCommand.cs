using System.CommandLine;
using System.Globalization;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains retention</c>: what the server let go of since it was older than it keeps.</summary>
internal static class RetentionCommand
{
    private const string StatusDetails =
        """
        How long signals and people are kept is said to `serve`: --retain-signals, --retain-contacts. A run comes once a day; all of them stand in the
        audit trail as retention.run.
        """;

    public static Command Build(CommandContext context) => new("retention", "Tells what was let go of since it is older than the server keeps.")
    {
        BuildStatus(context),
    };

    private static DetailedCommand BuildStatus(CommandContext context)
    {
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new DetailedCommand("status", "Shows what the last run did.", StatusDetails) { json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var answer = await connection.Privacy.GetRetentionAsync(new GetRetentionRequest(), connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), static (terminal, done) => Show(terminal, done.Retention));
        });
        return command;
    }

    private static void Show(Terminal terminal, Retention run)
    {
        terminal.Line(run.FinishedAt is null
            ? $"Begun {ScoreText.Exactly(run.BegunAt)}, and not at its end."
            : $"Ended {ScoreText.Exactly(run.FinishedAt)}.");
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Removed {ScoreText.Of(run.RemovedSignals, "signal")} and let go of {ScoreText.Of(run.RemovedContacts, "contact")}; {run.Rewritten:N0} pieces of the journal were written anew."));
        if (run.SignalsSince is { } since)
        {
            var oldest = run.OldestSignalAt is { } known ? $"the oldest one is of {ScoreText.Exactly(known)}" : "there is none at present";
            terminal.Line($"Signals are kept since {ScoreText.Exactly(since)}; {oldest}.");
        }

        if (run.ContactsSince is { } quiet)
        {
            terminal.Line($"Of whom nothing was heard since {ScoreText.Exactly(quiet)}, nothing is kept.");
        }
    }
}
