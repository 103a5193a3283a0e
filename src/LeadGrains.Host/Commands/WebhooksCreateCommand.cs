using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains webhooks create URL</c>.</summary>
internal static class WebhooksCreateCommand
{
    public static Command Build(CommandContext context)
    {
        var url = new Argument<string>("URL") { Description = "Where to post to, such as https://example.com/hook." };
        var types = new Option<string[]>("--type") { Description = "Only changes of this sort. Repeat it for several." };
        types.AcceptOnlyFromAmong([.. ChangeText.Types]);
        var kinds = new Option<string[]>("--kind") { Description = "Only contacts, or only accounts." };
        kinds.AcceptOnlyFromAmong("contact", "account");
        var to = Names("--to", "Of changes of stage, only those into this one. Repeat it for several.", "STAGE");
        var from = Names("--from", "Of changes of stage, only those out of this one. Repeat it for several.", "STAGE");
        var thresholds = Names("--threshold", "Of thresholds, only this one of the model's. Repeat it for several.", "NAME");
        var unknown = new Option<bool>("--allow-unknown") { Description = "Take stages and thresholds that the active model does not have, since one that is yet to be published will." };
        var ids = Names("--id", "Only this contact or account. Repeat it for several.", "ID");
        var description = new Option<string>("--description") { Description = "For people.", HelpName = "TEXT" };
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new DetailedCommand(
            "create",
            "Has changes from now on posted to a URL, and shows the secret that they are signed with, this once.",
            "Messages have the form of www.standardwebhooks.com, whose libraries check them. Each comes at least once, with an id that stays the same; those of one contact or account come in their order.")
        {
            url, types, kinds, to, from, thresholds, ids, unknown, description, json,
        };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new CreateWebhookRequest { Url = parsed.GetValue(url), Description = parsed.GetValue(description) ?? "" };
            request.Types_.AddRange((parsed.GetValue(types) ?? []).Select(ChangeText.TypeOf));
            request.Kinds.AddRange((parsed.GetValue(kinds) ?? []).Select(kind => kind == "contact" ? GrainKind.Contact : GrainKind.Account));
            request.ToStages.AddRange(parsed.GetValue(to) ?? []);
            request.FromStages.AddRange(parsed.GetValue(from) ?? []);
            request.Thresholds.AddRange(parsed.GetValue(thresholds) ?? []);
            request.AllowUnknown = parsed.GetValue(unknown);
            request.Ids.AddRange(parsed.GetValue(ids) ?? []);
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var answer = await connection.Webhooks.CreateWebhookAsync(request, connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), WebhookTables.Show);
        });
        return command;
    }

    private static Option<string[]> Names(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };
}
