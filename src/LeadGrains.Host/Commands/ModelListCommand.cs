using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains model list</c>.</summary>
internal static class ModelListCommand
{
    public static Command Build(CommandContext context)
    {
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new Command("list", "Lists the models that were published, newest first, and says which is active.") { json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var answer = await connection.Models.ListModelsAsync(new ListModelsRequest(), connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), ModelTables.Show);
        });
        return command;
    }
}
