using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains refused</c>.</summary>
internal static class RefusedCommand
{
    public static Command Build(CommandContext context)
    {
        var size = new Option<int>("--page-size")
        {
            Description = "How many to show, 1 to 1,000.",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
            CustomParser = OptionText.Whole(1, 1_000),
        };
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new Command("refused", "Lists what SDKs sent in vain, newest first, and why: they do not read the answer.") { size, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var request = new ListRefusalsRequest { PageSize = parsed.GetValue(size) };
            var answer = await connection.Refusals.ListRefusalsAsync(request, connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), RefusalTables.Show);
        });
        return command;
    }
}
