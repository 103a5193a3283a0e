using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains audit</c>.</summary>
internal static class AuditCommand
{
    private const string Details =
        """
        Keys made and revoked, models published and tried, and what else is set up: who did it, when, and to what. Those of the key's own
        workspace, which must have the scope admin. Kept for 400 days, the latest 100,000 of the server.
        """;

    public static Command Build(CommandContext context)
    {
        var limit = new Option<int>("--limit")
        {
            Description = "So many at most.",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
            CustomParser = OptionText.Whole(1, 1_000),
        };
        var page = new Option<string>("--page") { Description = "Go on after an earlier answer, which named this token.", HelpName = "TOKEN" };
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new DetailedCommand("audit", "Lists what operators did, newest first.", Details) { limit, page, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var request = new ListAuditEntriesRequest { PageSize = parsed.GetValue(limit), PageToken = parsed.GetValue(page) ?? "" };
            var answer = await connection.Audit.ListAuditEntriesAsync(request, connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), Show);
        });
        return command;
    }

    private static void Show(Terminal terminal, ListAuditEntriesResponse answer)
    {
        var table = new TextTable().Left("when", "who", "key", "what", "to what");
        foreach (var entry in answer.Entries)
        {
            table.Row(ScoreText.Exactly(entry.At), entry.KeyName, entry.KeyId, entry.Action, entry.Target);
        }

        terminal.Table(table);
        if (answer.NextPageToken.Length > 0)
        {
            terminal.Line($"There are more: --page {answer.NextPageToken}");
        }
    }
}
