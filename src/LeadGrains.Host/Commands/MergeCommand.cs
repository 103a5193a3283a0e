using System.CommandLine;
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
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var request = new MergeContactsRequest { FromContactId = parsed.GetValue(from), IntoContactId = parsed.GetValue(into) };
            var answer = await connection.Contacts.MergeContactsAsync(request, connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), ExplanationTables.Show);
        });
        return command;
    }
}
