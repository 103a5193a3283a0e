using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains get contact|account ID</c>.</summary>
internal static class GetCommand
{
    public static Command Build(CommandContext context) => new("get", "Shows one contact or account with its score.")
    {
        BuildOne("contact", context, async (connection, id, json, cancellationToken) => context.Terminal.Answer(
            await connection.Contacts.GetContactAsync(new GetContactRequest { ContactId = id }, connection.Call(cancellationToken)),
            json,
            ExplanationTables.Show)),
        BuildOne("account", context, async (connection, id, json, cancellationToken) => context.Terminal.Answer(
            await connection.Accounts.GetAccountAsync(new GetAccountRequest { AccountId = id }, connection.Call(cancellationToken)),
            json,
            ExplanationTables.Show)),
    };

    private static Command BuildOne(string kind, CommandContext context, Func<ServerConnection, string, bool, CancellationToken, Task> get)
    {
        var id = KindArgument.Id(kind);
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new Command(kind, $"Shows one {kind}: what is known of it, and its score now.") { id, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            await get(connection, parsed.GetValue(id)!, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }
}
