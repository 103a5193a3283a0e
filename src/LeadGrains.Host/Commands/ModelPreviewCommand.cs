using System.CommandLine;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains model preview</c>.</summary>
internal static class ModelPreviewCommand
{
    public static Command Build(CommandContext context)
    {
        var arguments = new ModelArguments();
        var command = new DetailedCommand(
            "preview",
            "Says what publishing a model would change: how many are in each stage, and whose totals move most. Changes nothing.",
            "The server scores all that it has under the model for that, which takes as long as publishing it. Ends with 1 if the model cannot be used.");
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var model = await arguments.ReadAsync(parsed, cancellationToken);
            using var connection = new ServerConnection(arguments.Server(parsed), context.Clock);

            // Without a deadline: it takes as long as the journal is.
            var request = new PreviewModelRequest { Yaml = model.Yaml, Version = model.Version };
            var answer = await connection.Models.PreviewModelAsync(request, new CallOptions(cancellationToken: cancellationToken));
            if (parsed.GetValue(arguments.Json) || answer.Problems.Count == 0)
            {
                context.Terminal.Answer(answer, parsed.GetValue(arguments.Json), ModelTables.Show);
            }
            else
            {
                ModelTables.Complain(context.Terminal, model.Name, answer.Problems);
            }

            return answer.Problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        });
        return command;
    }
}
