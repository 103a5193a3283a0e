using System.CommandLine;
using System.Globalization;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Terminals;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains contact</c>: what people may ask for who are kept here.</summary>
internal static class ContactCommand
{
    private const string EraseDetails =
        """
        Erases the contact with all ids that lead to it: scores, rows and the journal. What comes late of these ids is refused. Backups, exports and receivers
        of webhooks still have what they got before. Asked again, it tells what was done and looks once more whether anything is left. It is the proof, too,
        and holds no personal data: --json for a file.
        """;

    private const string ExportDetails =
        """
        JSON lines: first the contact with its score and every addend, then its changes of stage, oldest first, then its signals, newest first, with what
        became of each.
        """;

    private static readonly TimeSpan EraseTime = TimeSpan.FromHours(1);

    public static Command Build(CommandContext context) => new("contact", "Exports all that is known of a person, or erases it.")
    {
        BuildErase(context),
        BuildExport(context),
    };

    private static DetailedCommand BuildErase(CommandContext context)
    {
        var id = KindArgument.Id("contact");
        var sure = new Option<bool>("--yes") { Description = "Do it. Without it, it is only told whom it would be about." };
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new DetailedCommand("erase", "Erases a person for good.", EraseDetails) { id, sure, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var contactId = parsed.GetValue(id)!;
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            if (!parsed.GetValue(sure))
            {
                var known = await connection.Contacts.GetContactAsync(new GetContactRequest { ContactId = contactId }, connection.Call(cancellationToken));
                context.Terminal.Line(Say(known.Contact));
                return ExitCode.Failed;
            }

            var call = connection.Call(cancellationToken).WithDeadline(context.Clock.GetUtcNow().UtcDateTime + EraseTime);
            var answer = await connection.Privacy.EraseContactAsync(new EraseContactRequest { ContactId = contactId }, call);
            context.Terminal.Answer(answer, parsed.GetValue(json), static (terminal, done) => Show(terminal, done.Erasure));
            return ExitCode.Done;
        });
        return command;
    }

    private static DetailedCommand BuildExport(CommandContext context)
    {
        var id = KindArgument.Id("contact");
        var server = new ServerOption();
        var command = new DetailedCommand("export", "Prints all that is known of a person.", ExportDetails) { id };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var request = new ExportContactRequest { ContactId = parsed.GetValue(id) };
            using var call = connection.Privacy.ExportContact(request, new CallOptions(cancellationToken: cancellationToken));
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                context.Terminal.Line(ScoreText.JsonLine(call.ResponseStream.Current));
            }
        });
        return command;
    }

    private static string Say(Contact contact)
    {
        var others = contact.MergedContactIds.Count == 0 ? "" : $", with the ids {string.Join(", ", contact.MergedContactIds)}";
        return $"This would erase {contact.ContactId}{others}: {ScoreText.Of(contact.SignalCount, "signal")}. There is no way back. Add --yes to do it.";
    }

    private static void Show(Terminal terminal, Erasure erasure)
    {
        terminal.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Erased {ScoreText.Of(erasure.Ids, "id")}: {erasure.ErasedEntries:N0} entries of the journal ({erasure.Rewritten:N0} pieces of it written anew) and {erasure.RemovedRows:N0} rows."));
        foreach (var place in erasure.Searched)
        {
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"Looked through {place.Place}, {place.Bytes:N0} bytes: found {place.Found:N0}."));
        }

        if (erasure.Searched.Any(place => place.Found > 0))
        {
            terminal.Line("What was found stands in what was sent of others or, where an id is short, within other words, such as those of the model.");
        }

        foreach (var webhook in erasure.WebhookIds)
        {
            terminal.Line($"The filter of the webhook {webhook} names the person, and keeps doing so: `leadgrains webhooks delete {webhook}`, and create it anew.");
        }

        terminal.Line($"The proof is named {erasure.Tombstone}.");
    }
}
