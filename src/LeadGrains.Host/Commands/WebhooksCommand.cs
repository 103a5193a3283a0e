using System.CommandLine;
using LeadGrains.Host.Clients;
using LeadGrains.V1;

namespace LeadGrains.Host.Commands;

/// <summary><c>leadgrains webhooks</c>: who is told of changes by HTTP.</summary>
internal static class WebhooksCommand
{
    public static Command Build(CommandContext context) => new("webhooks", "Tells other systems of changes by HTTP: sets it up, looks at deliveries.")
    {
        WebhooksCreateCommand.Build(context),
        BuildList(context),
        BuildOf(context, "delete", "Ends a webhook for good.", async (call, id) =>
        {
            await call.Webhooks.DeleteWebhookAsync(new DeleteWebhookRequest { WebhookId = id }, call.Options);
            call.Context.Terminal.Line($"Deleted {id}.");
            return ExitCode.Done;
        }),
        BuildOf(context, "rotate", "Gives a webhook a new secret, and shows it this once. The former one signs, too, for 24 hours.", async (call, id) =>
        {
            var answer = await call.Webhooks.RotateWebhookSecretAsync(new RotateWebhookSecretRequest { WebhookId = id }, call.Options);
            call.Context.Terminal.Answer(answer, call.Json, WebhookTables.Show);
            return ExitCode.Done;
        }),
        BuildOf(context, "deliveries", "Lists the latest deliveries, newest first.", async (call, id) =>
        {
            var answer = await call.Webhooks.ListWebhookDeliveriesAsync(new ListWebhookDeliveriesRequest { WebhookId = id }, call.Options);
            call.Context.Terminal.Answer(answer, call.Json, WebhookTables.Show);
            return ExitCode.Done;
        }),
        BuildRedeliver(context),
        BuildOf(context, "resume", "Goes on with a webhook that was paused, where it stopped.", async (call, id) =>
        {
            var answer = await call.Webhooks.ResumeWebhookAsync(new ResumeWebhookRequest { WebhookId = id }, call.Options);
            call.Context.Terminal.Answer(answer, call.Json, (terminal, _) => terminal.Line($"{id} goes on."));
            return ExitCode.Done;
        }),
        BuildOf(context, "test", "Posts a message of type webhook.test, and says what came of it. Ends with 1 where it was not acknowledged.", async (call, id) =>
        {
            var answer = await call.Webhooks.TestWebhookAsync(new TestWebhookRequest { WebhookId = id }, call.Options);
            call.Context.Terminal.Answer(answer, call.Json, (terminal, done) => terminal.Line(WebhookTables.Say(done.Delivery)));
            return answer.Delivery.Delivered ? ExitCode.Done : ExitCode.Failed;
        }),
    };

    private static Command BuildList(CommandContext context)
    {
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new Command("list", "Lists the webhooks, and which are paused and why.") { json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            var answer = await connection.Webhooks.ListWebhooksAsync(new ListWebhooksRequest(), connection.Call(cancellationToken));
            context.Terminal.Answer(answer, parsed.GetValue(json), WebhookTables.Show);
        });
        return command;
    }

    private static Command BuildRedeliver(CommandContext context)
    {
        var change = new Argument<string>("CHANGE") { Description = "Its id, such as 3-1042: the header webhook-id." };
        var command = BuildOf(
            context,
            "redeliver",
            "Posts a change once more, whatever became of it, and says what came of that. Ends with 1 where it was not acknowledged.",
            async (call, id) =>
            {
                var request = new RedeliverWebhookRequest { WebhookId = id, ChangeId = call.Parsed.GetValue(change) };
                var answer = await call.Webhooks.RedeliverWebhookAsync(request, call.Options);
                call.Context.Terminal.Answer(answer, call.Json, (terminal, done) => terminal.Line(WebhookTables.Say(done.Delivery)));
                return answer.Delivery.Delivered ? ExitCode.Done : ExitCode.Failed;
            });
        command.Add(change);
        return command;
    }

    private static Command BuildOf(CommandContext context, string name, string description, Func<WebhookCall, string, Task<int>> run)
    {
        var id = new Argument<string>("WEBHOOK") { Description = "The webhook's id, such as wh_7h2k9c1m4x0p." };
        var json = KindArgument.Json();
        var server = new ServerOption();
        var command = new Command(name, description) { id, json };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var connection = new ServerConnection(server.Read(parsed), context.Clock);
            return await run(new WebhookCall(context, connection.Webhooks, connection.Call(cancellationToken), parsed, parsed.GetValue(json)), parsed.GetValue(id)!);
        });
        return command;
    }

    private sealed record WebhookCall(
        CommandContext Context, WebhookService.WebhookServiceClient Webhooks, Grpc.Core.CallOptions Options, ParseResult Parsed, bool Json);
}
