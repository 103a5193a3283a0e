using System.CommandLine;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains watch</c>: changes of stage, as they come.</summary>
internal static class WatchCommand
{
    public static Command Build(CommandContext context)
    {
        var kinds = new Option<string[]>("--kind") { Description = "Only contacts, or only accounts." };
        kinds.AcceptOnlyFromAmong("contact", "account");
        var to = Names("--to", "Only changes into this stage, such as sql. Repeat it for several.", "STAGE");
        var from = Names("--from", "Only changes out of this stage. Repeat it for several.", "STAGE");
        var ids = Names("--id", "Only this contact or account. Repeat it for several.", "ID");
        var resume = new Option<string>("--resume") { Description = "Go on after an earlier watch, which named this token.", HelpName = "TOKEN" };
        var fromStart = new Option<bool>("--from-start") { Description = "Without --resume: begin with the first change ever, not with the next one." };
        var json = new Option<bool>("--json") { Description = "Print each answer as one line of JSON, with its token." };
        var server = new ServerOption();
        var command = new Command("watch", "Prints changes of stage as they come, until Ctrl+C. Then it names the token to go on with.")
        {
            kinds, to, from, ids, resume, fromStart, json,
        };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new WatchStageChangesRequest { ResumeToken = parsed.GetValue(resume) ?? "", FromStart = parsed.GetValue(fromStart) };
            request.Kinds.AddRange((parsed.GetValue(kinds) ?? []).Select(kind => kind == "contact" ? GrainKind.Contact : GrainKind.Account));
            request.ToStages.AddRange(parsed.GetValue(to) ?? []);
            request.FromStages.AddRange(parsed.GetValue(from) ?? []);
            request.Ids.AddRange(parsed.GetValue(ids) ?? []);
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            await WatchedStages.WarnAsync(connection, request, context.Terminal, cancellationToken);
            return await WatchAsync(connection, request, parsed.GetValue(json), context, cancellationToken);
        });
        return command;
    }

    private static Option<string[]> Names(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    private static async Task<int> WatchAsync(
        ServerConnection connection, WatchStageChangesRequest request, bool json, CommandContext context, CancellationToken cancellationToken)
    {
        using var call = connection.Stages.WatchStageChanges(request, new CallOptions(cancellationToken: cancellationToken));
        return await WatchedStream.PrintAsync(
            call.ResponseStream, response => response.ResumeToken, response => Print(context, response, json), context, cancellationToken);
    }

    private static void Print(CommandContext context, WatchStageChangesResponse response, bool json)
    {
        if (json)
        {
            context.Terminal.Line(ScoreText.JsonLine(response));
        }
        else if (response.Transition is { } change)
        {
            context.Terminal.Line(TextOf(change));
        }
    }

    private static string TextOf(StageTransition change)
    {
        var kind = change.Kind == GrainKind.Contact ? "contact" : "account";
        return $"{ScoreText.Exactly(change.At)}  {kind} {change.Id}: {change.FromStage} -> {change.ToStage}  ({change.Reason})";
    }
}
