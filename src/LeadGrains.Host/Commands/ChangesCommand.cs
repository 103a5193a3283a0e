using System.CommandLine;
using Grpc.Core;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains changes</c>: changes of all sorts, as they come.</summary>
internal static class ChangesCommand
{
    public static Command Build(CommandContext context)
    {
        var types = new Option<string[]>("--type") { Description = "Only changes of this sort. Repeat it for several." };
        types.AcceptOnlyFromAmong([.. ChangeText.Types]);
        var kinds = new Option<string[]>("--kind") { Description = "Only contacts, or only accounts." };
        kinds.AcceptOnlyFromAmong("contact", "account");
        var to = Names("--to", "Of changes of stage, only those into this one. Repeat it for several.", "STAGE");
        var from = Names("--from", "Of changes of stage, only those out of this one. Repeat it for several.", "STAGE");
        var thresholds = Names("--threshold", "Of thresholds, only this one of the model's. Repeat it for several.", "NAME");
        var ids = Names("--id", "Only this contact or account. Repeat it for several.", "ID");
        var resume = new Option<string>("--resume") { Description = "Go on after an earlier one, which named this token.", HelpName = "TOKEN" };
        var fromStart = new Option<bool>("--from-start") { Description = "Without --resume: begin with the first change ever, not with the next one." };
        var json = new Option<bool>("--json") { Description = "Print each answer as one line of JSON, with its token." };
        var server = new ServerOption();
        var command = new Command("changes", "Prints changes of stage, surges, wake-ups and thresholds as they come, until Ctrl+C. Then it names the token to go on with.")
        {
            types, kinds, to, from, thresholds, ids, resume, fromStart, json,
        };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new WatchChangesRequest { ResumeToken = parsed.GetValue(resume) ?? "", FromStart = parsed.GetValue(fromStart) };
            request.Types_.AddRange((parsed.GetValue(types) ?? []).Select(ChangeText.TypeOf));
            request.Kinds.AddRange((parsed.GetValue(kinds) ?? []).Select(kind => kind == "contact" ? GrainKind.Contact : GrainKind.Account));
            request.ToStages.AddRange(parsed.GetValue(to) ?? []);
            request.FromStages.AddRange(parsed.GetValue(from) ?? []);
            request.Thresholds.AddRange(parsed.GetValue(thresholds) ?? []);
            request.Ids.AddRange(parsed.GetValue(ids) ?? []);
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            using var call = connection.Changes.WatchChanges(request, new CallOptions(cancellationToken: cancellationToken));
            var asJson = parsed.GetValue(json);
            return await WatchedStream.PrintAsync(
                call.ResponseStream, response => response.ResumeToken, response => Print(context, response, asJson), context, cancellationToken);
        });
        return command;
    }

    private static Option<string[]> Names(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };

    private static void Print(CommandContext context, WatchChangesResponse response, bool asJson)
    {
        if (asJson)
        {
            context.Terminal.Line(ScoreText.JsonLine(response));
        }
        else if (response.Change is { } change)
        {
            context.Terminal.Line(ChangeText.Of(change));
        }
    }
}
