using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Exporting;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains export</c>: all of a workspace, for other programs.</summary>
internal static class ExportCommand
{
    private const string Details =
        "With --out, what was broken off goes on where it stopped when the same command is given again, and FILE is there once it is whole. Progress goes to standard error.";

    public static Command Build(CommandContext context) => new("export", "Writes all contacts, accounts or signals as CSV or JSON lines.")
    {
        BuildContacts(context),
        BuildAccounts(context),
        BuildSignals(context),
    };

    private static DetailedCommand BuildContacts(CommandContext context)
    {
        var options = new ExportOptions(withTraits: true);
        var command = new DetailedCommand("contacts", "Writes every contact once, as it is scored when it is read.", Details);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(context, options, parsed, "contacts", (connection, token, columns, run) =>
            run.RunAsync(
                connection.Exports.ExportContacts(new ExportContactsRequest { ResumeToken = token }, cancellationToken: cancellationToken),
                token.Length == 0 ? columns?.ContactHeader ?? "" : "",
                page => (page.Contacts.Select(contact => columns?.Line(contact) ?? ExportRun.JsonLine(contact)), page.ResumeToken, page.Progress),
                cancellationToken), cancellationToken));
        return command;
    }

    private static DetailedCommand BuildAccounts(CommandContext context)
    {
        var options = new ExportOptions(withTraits: true);
        var command = new DetailedCommand("accounts", "Writes every account once, as it is scored when it is read.", Details);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => RunAsync(context, options, parsed, "accounts", (connection, token, columns, run) =>
            run.RunAsync(
                connection.Exports.ExportAccounts(new ExportAccountsRequest { ResumeToken = token }, cancellationToken: cancellationToken),
                token.Length == 0 ? columns?.AccountHeader ?? "" : "",
                page => (page.Accounts.Select(account => columns?.Line(account) ?? ExportRun.JsonLine(account)), page.ResumeToken, page.Progress),
                cancellationToken), cancellationToken));
        return command;
    }

    private static DetailedCommand BuildSignals(CommandContext context)
    {
        var contact = new Option<string>("--contact") { Description = "Only what was sent to this contact id.", HelpName = "ID", DefaultValueFactory = _ => "" };
        var options = new ExportOptions(withTraits: false);
        var command = new DetailedCommand("signals", "Writes every signal as it was received, each partition's in the order of the journal.", Details) { contact };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var id = parsed.GetValue(contact)!;
            return RunAsync(context, options, parsed, $"signals {id}", (connection, token, columns, run) =>
                run.RunAsync(
                    connection.Exports.ExportSignals(new ExportSignalsRequest { ContactId = id, ResumeToken = token }, cancellationToken: cancellationToken),
                    token.Length == 0 ? columns?.SignalHeader ?? "" : "",
                    page => (page.Signals.Select(signal => columns?.Line(signal) ?? ExportRun.JsonLine(signal)), page.ResumeToken, page.Progress),
                    cancellationToken), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, ExportOptions options, ParseResult parsed, string what, Func<ServerConnection, string, CsvColumns?, ExportRun, Task> read, CancellationToken cancellationToken)
    {
        using var connection = new ServerConnection(options.Server.Read(parsed), context.Clock);
        using var file = options.Out(parsed) is { } path ? ExportFile.Open(path, options.Describe(parsed, what)) : null;
        var count = await context.Terminal.WithProgressAsync("Exporting", context.Clock, async progress =>
        {
            var run = new ExportRun((page, token) => WriteAsync(context.Terminal, file, page, token, cancellationToken), progress);
            await read(connection, file?.Token ?? "", options.Columns(parsed), run);
            return run.Count;
        });
        file?.Finish();
        context.Terminal.Complain($"Wrote {ScoreText.Of(count, "line")}.");
        return ExitCode.Done;
    }

    private static Task WriteAsync(Terminal terminal, ExportFile? file, string page, string token, CancellationToken cancellationToken)
    {
        if (file is not null)
        {
            return file.AddAsync(page, token, cancellationToken);
        }

        terminal.Output.Write(page);
        return Task.CompletedTask;
    }
}
