using System.CommandLine;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains model shadow</c>: a second model that scores beside the active one.</summary>
internal static class ModelShadowCommand
{
    public static Command Build(CommandContext context) => new(
        "shadow", "Scores everything by a second model, beside the active one; `rank --shadow` ranks by it. Others see nothing of it.")
    {
        BuildStart(context),
        BuildStop(context),
        BuildCompare(context),
    };

    private static DetailedCommand BuildStart(CommandContext context)
    {
        var arguments = new ModelArguments();
        var command = new DetailedCommand(
            "start",
            "Starts the shadow model. One that is there goes.",
            "It follows all that is recorded until it is stopped or the server ends: after a start there is no shadow.");
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var model = await arguments.ReadAsync(parsed, cancellationToken);
            using var connection = new ServerConnection(arguments.Server(parsed), context.Clock);
            var request = new StartShadowRequest { Yaml = model.Yaml, Version = model.Version };
            await StartAsync(connection, request, parsed.GetValue(arguments.Json), context, cancellationToken);
        });
        return command;
    }

    private static async Task StartAsync(
        ServerConnection connection, StartShadowRequest request, bool json, CommandContext context, CancellationToken cancellationToken)
    {
        var report = new RescoreReport(context.Clock);
        var last = await report.ShowAsync("Scoring by the shadow model", context.Terminal, json, async progress =>
        {
            var latest = new StartShadowResponse();
            using var call = connection.Models.StartShadow(request, new CallOptions(cancellationToken: cancellationToken));
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                latest = response;
                report.Report(progress, response.EntriesReplayed, response.EntriesTotal);
            }

            return latest;
        });
        context.Terminal.Answer(last, json, (terminal, answer) => terminal.Line($"The shadow model scores now: {report.Total(answer.EntriesReplayed)}."));
    }

    private static Command BuildStop(CommandContext context)
    {
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new Command("stop", "Ends the shadow model, if there is one.") { json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var answer = await connection.Models.StopShadowAsync(new StopShadowRequest(), connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), (terminal, done) =>
                terminal.Line(done.Stopped ? "The shadow model has been stopped." : "There was no shadow model to stop."));
        });
        return command;
    }

    private static DetailedCommand BuildCompare(CommandContext context)
    {
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new DetailedCommand(
            "compare",
            "Shows the shadow model against the active one: how many are in each stage, and whose totals differ most.",
            "Stages of the shadow are those that publishing it would lead to; `rank --shadow` shows those that are held now.")
        {
            json,
        };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var answer = await connection.Models.CompareShadowAsync(new CompareShadowRequest(), connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), ModelTables.Show);
        });
        return command;
    }
}
