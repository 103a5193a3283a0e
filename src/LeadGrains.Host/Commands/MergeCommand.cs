using System.CommandLine;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains merge FROM INTO</c>.</summary>
internal static class MergeCommand
{
    public static Command Build(CommandContext context)
    {
        var from = new Argument<string>("FROM") { Description = "The contact that goes: its signals join the other's, and its id leads there from then on." };
        var into = new Argument<string>("INTO") { Description = "The contact that stays." };
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new Command("merge", "Merges two contacts that are the same person. There is no way back.") { from, into, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new MergeContactsRequest { FromContactId = parsed.GetValue(from), IntoContactId = parsed.GetValue(into) };
            if (request.FromContactId == request.IntoContactId)
            {
                throw new BadUsageException("FROM and INTO are the same id: there is nothing to merge.");
            }

            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var (fromAccount, intoAccount) = (
                await AccountOfAsync(connection, parsed.GetValue(from)!, cancellationToken),
                await AccountOfAsync(connection, parsed.GetValue(into)!, cancellationToken));
            var answer = await connection.Contacts.MergeContactsAsync(request, connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), (terminal, done) =>
            {
                terminal.Line(Say(request, done));
                if (done.Outcome == MergeOutcome.Merged && fromAccount.Length > 0 && intoAccount.Length > 0 && fromAccount != intoAccount)
                {
                    terminal.Line($"{request.FromContactId} belonged to {fromAccount}, {request.IntoContactId} to {intoAccount}. All of it belongs to {done.Contact.AccountId} now.");
                }

                terminal.Line();
                ExplanationTables.Show(terminal, done);
            });
        });
        return command;
    }

    // Empty where the contact, or its account, is not known: it is only named, and what fails here fails the merge too.
    private static async Task<string> AccountOfAsync(ServerConnection connection, string contact, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await connection.Contacts.GetContactAsync(new GetContactRequest { ContactId = contact }, connection.Call(cancellationToken));
            return answer.Contact.AccountId;
        }
        catch (RpcException)
        {
            return "";
        }
    }

    private static string Say(MergeContactsRequest request, MergeContactsResponse done) => done.Outcome switch
    {
        MergeOutcome.IdLeads =>
            $"Nobody knew {request.FromContactId}, so nothing moved. From now on that id leads to {done.Contact.ContactId}.",
        MergeOutcome.Nothing => $"{request.FromContactId} and {request.IntoContactId} were one contact already. Nothing changed.",
        _ => $"Merged {request.FromContactId} into {done.Contact.ContactId}: {ScoreText.Of(done.MovedSignals, "signal")} went along.",
    };
}
