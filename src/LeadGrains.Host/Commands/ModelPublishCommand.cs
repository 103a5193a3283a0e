using System.CommandLine;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains model publish</c>.</summary>
internal static class ModelPublishCommand
{
    private const string Details =
        """
        A version that was published before can be published again: that is a rollback. The server goes on serving under
        the active model meanwhile. Ctrl+C gives up, and changes nothing.
        """;

    public static Command Build(CommandContext context)
    {
        var arguments = new ModelArguments();
        var silent = new Option<bool>("--silent") { Description = "Do not tell those who watch stages what the model changes." };
        var comment = new Option<string>("--comment") { Description = "What the model is for, for the list of models.", HelpName = "TEXT" };
        var by = new Option<string>("--by")
        {
            Description = "Who publishes it, for the list of models.",
            HelpName = "NAME",
            DefaultValueFactory = _ => Environment.UserName,
        };
        var command = new DetailedCommand(
            "publish", "Makes a model the active one, and scores all contacts and accounts again from all that was recorded.", Details) { silent, comment, by };
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var model = await arguments.ReadAsync(parsed, cancellationToken);
            var request = new PublishModelRequest
            {
                Yaml = model.Yaml,
                Version = model.Version,
                Silent = parsed.GetValue(silent),
                Comment = parsed.GetValue(comment) ?? "",
                PublishedBy = parsed.GetValue(by) ?? "",
            };
            using var connection = new ServerConnection(arguments.Server(parsed), context.Clock);
            await PublishAsync(connection, request, parsed.GetValue(arguments.Json), context, cancellationToken);
        });
        return command;
    }

    private static async Task PublishAsync(
        ServerConnection connection, PublishModelRequest request, bool json, CommandContext context, CancellationToken cancellationToken)
    {
        var before = await connection.Models.ListModelsAsync(new ListModelsRequest(), connection.Call(cancellationToken));
        var report = new RescoreReport(context.Clock);
        var last = await report.ShowAsync("Publishing", context.Terminal, json, async progress =>
        {
            var latest = new PublishModelResponse();
            using var call = connection.Models.PublishModel(request, new CallOptions(cancellationToken: cancellationToken));
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                latest = response;
                report.Report(progress, response.EntriesReplayed, response.EntriesTotal);
            }

            return latest;
        });
        context.Terminal.Answer(last, json, (terminal, answer) =>
        {
            if (answer.Model.Version == before.ActiveVersion)
            {
                terminal.Line($"Nothing changed: version {answer.Model.Version} is active already.");
                return;
            }

            terminal.Line($"Version {answer.Model.Version} is active now: {report.Total(answer.EntriesReplayed)}.");
            ModelTables.ShowSince(terminal, answer.SignalsSince, answer.RescoreLoss);
        });
    }
}
