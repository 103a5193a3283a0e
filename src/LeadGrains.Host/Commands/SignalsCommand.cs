using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains signals CONTACT</c>.</summary>
internal static class SignalsCommand
{
    public static Command Build(CommandContext context)
    {
        var id = KindArgument.Id("contact");
        var size = new Option<int>("--page-size")
        {
            Description = "How many signals to show, 1 to 1,000.",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
            CustomParser = OptionText.Whole(1, 1_000),
        };
        var token = new Option<string>("--page-token") { Description = "Goes on where the page before ended.", HelpName = "TOKEN", DefaultValueFactory = _ => "" };
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new Command("signals", "Lists what a contact did, newest first, and what became of each signal.") { id, size, token, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var request = new ListSignalsRequest
            {
                ContactId = parsed.GetValue(id),
                PageSize = parsed.GetValue(size),
                PageToken = parsed.GetValue(token) ?? "",
            };
            var answer = await connection.Contacts.ListSignalsAsync(request, connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), SignalTables.Show);
        });
        return command;
    }
}
