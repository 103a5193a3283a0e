using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;
using LeadGrains.Grains.Watching;
using LeadGrains.Registry.V1;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>Subscriptions of a workspace: any node makes and changes them, one delivers.</summary>
internal sealed class WebhookService(CallGate gate, WebhookParts parts, WebhookChecks checks, AuditTrail audit) : V1.WebhookService.WebhookServiceBase
{
    public override Task<V1.CreateWebhookResponse> CreateWebhook(V1.CreateWebhookRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var webhook = await checks.ReadAsync(request, parts.Grains.ModelOf(call.Workspace).Model, fields, call.Ended);
            var key = checks.Secret(request.Secret, fields);
            fields.ThrowIfAny();
            if ((await parts.Records.ReadAllAsync(call.Workspace, call.Ended)).Count >= WebhookLimits.PerWorkspace)
                throw Faults.WebhooksFull(WebhookLimits.PerWorkspace);
            var now = parts.Now();
            (webhook.Workspace, webhook.CreatedBy, webhook.CreatedAtTicks, webhook.StateAtTicks) = (call.Workspace, call.Caller.Name, now.Ticks, now.Ticks);
            webhook.Secrets.Add(new StoredSecret { Key = Google.Protobuf.ByteString.CopyFrom(key) });
            var id = WebhookChecks.NewId(parts.Settings.Chance);

            // Where it begins is written first: what comes from here on is delivered.
            var begin = new StoredProgress { ResumeToken = await parts.Grains.TokenOfNowAsync(call.Workspace, call.Ended) };
            await parts.Records.WriteProgressAsync(id, begin, 0, call.Ended);
            await parts.Records.WriteAsync(id, webhook, 0, call.Ended);
            await RecordAsync(call, AuditActions.WebhookCreated, id);
            return new V1.CreateWebhookResponse { Webhook = WebhookMessages.Write(id, webhook, begin), Secret = WebhookSecret.Write(key) };
        });

    public override Task<V1.ListWebhooksResponse> ListWebhooks(V1.ListWebhooksRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var response = new V1.ListWebhooksResponse();
            foreach (var record in await parts.Records.ReadAllAsync(call.Workspace, call.Ended))
                response.Webhooks.Add(WebhookMessages.Write(record.Id, record.Webhook!, (await parts.Records.FindProgressAsync(record.Id, call.Ended)).Progress));
            // Whose they are is not known; who runs the server has keys of "default".
            if (call.Workspace == Workspaces.Default)
            {
                response.Webhooks.AddRange((await parts.Records.ReadDamagedAsync(call.Ended))
                    .Select(record => new V1.Webhook { WebhookId = record.Id, State = V1.WebhookState.Unreadable }));
            }

            return response;
        });

    public override Task<V1.DeleteWebhookResponse> DeleteWebhook(V1.DeleteWebhookRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var id = request.WebhookId;
            if (call.Workspace != Workspaces.Default || !WebhookChecks.IsId(id) || !await parts.Records.IsDamagedAsync(id, call.Ended))
                id = (await FindAsync(call, id)).Id;
            await parts.Records.RemoveAsync(id, call.Ended);
            await RecordAsync(call, AuditActions.WebhookDeleted, id);
            return new V1.DeleteWebhookResponse();
        });

    public override Task<V1.RotateWebhookSecretResponse> RotateWebhookSecret(V1.RotateWebhookSecretRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var key = checks.Secret(request.Secret, fields);
            fields.ThrowIfAny();
            var until = parts.Now() + WebhookLimits.SecretOverlap;
            await ChangeAsync(call, request.WebhookId, webhook =>
            {
                // One former secret at most: a second rotation within a day ends the first one's.
                var former = webhook.Secrets[0];
                former.UntilTicks = until.Ticks;
                webhook.Secrets.Clear();
                webhook.Secrets.Add(new StoredSecret { Key = Google.Protobuf.ByteString.CopyFrom(key) });
                webhook.Secrets.Add(former);
            });
            await RecordAsync(call, AuditActions.WebhookSecretRotated, request.WebhookId);
            return new V1.RotateWebhookSecretResponse { Secret = WebhookSecret.Write(key), FormerUntil = Timestamps.Write(until) };
        });

    public override Task<V1.ListWebhookDeliveriesResponse> ListWebhookDeliveries(V1.ListWebhookDeliveriesRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var record = await FindAsync(call, request.WebhookId);
            var (progress, _) = await parts.Records.FindProgressAsync(record.Id, call.Ended);
            var response = new V1.ListWebhookDeliveriesResponse();
            response.Deliveries.AddRange(progress.Recent.Reverse().Select(WebhookMessages.Write));
            return response;
        });

    public override Task<V1.RedeliverWebhookResponse> RedeliverWebhook(V1.RedeliverWebhookRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var record = await FindAsync(call, request.WebhookId);
            var change = ChangeName.Read(request.ChangeId) is { } name ? parts.Grains.FindChange(call.Workspace, name) : null;
            if (change is null)
                throw Faults.NotFound(FaultReasons.ChangeNotFound, "change_id", request.ChangeId, $"There is no change {Faults.Shown(request.ChangeId)}, or nobody was to be told of it.");
            var body = await parts.Body.WriteAsync(change, call.Ended);
            var delivery = await PostAsync(call, record, change.Name, body);
            await RecordAsync(call, AuditActions.WebhookRedelivered, $"{record.Id} {change.Name}");
            return new V1.RedeliverWebhookResponse { Delivery = delivery };
        });

    public override Task<V1.ResumeWebhookResponse> ResumeWebhook(V1.ResumeWebhookRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            // Also where it is active: what waits for its next try is tried at once.
            var webhook = await ChangeAsync(
                call, request.WebhookId, webhook => StoredWebhooks.Move(webhook, StoredWebhookState.Active, $"Resumed by {call.Caller.Name}.", parts.Now()));
            await RecordAsync(call, AuditActions.WebhookResumed, request.WebhookId);
            var (progress, _) = await parts.Records.FindProgressAsync(request.WebhookId, call.Ended);
            return new V1.ResumeWebhookResponse { Webhook = WebhookMessages.Write(request.WebhookId, webhook, progress) };
        });

    public override Task<V1.TestWebhookResponse> TestWebhook(V1.TestWebhookRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var record = await FindAsync(call, request.WebhookId);
            var id = "test-" + Convert.ToHexStringLower(parts.Settings.Chance(8));
            var delivery = await PostAsync(call, record, id, WebhookBody.WriteTest(record.Id, parts.Now()));
            await RecordAsync(call, AuditActions.WebhookTested, record.Id);
            return new V1.TestWebhookResponse { Delivery = delivery };
        });

    // It has been done, whether or not the caller still waits.
    private Task RecordAsync(CallScope call, string action, string target) => audit.RecordAsync(call.Caller, action, target, CancellationToken.None);

    private async Task<V1.WebhookDelivery> PostAsync(CallScope call, WebhookRecord record, string id, byte[] body)
    {
        var webhook = record.Webhook!;
        var message = new WebhookMessage(new Uri(webhook.Url), id, body, StoredWebhooks.SecretsOf(webhook, parts.Now()));
        var outcome = await parts.Post.SendAsync(message, call.Ended);
        parts.Meters.Attempted(outcome);
        return WebhookMessages.Write(DeliveryLog.Row(id, attempts: 1, outcome, parts.Now()));
    }

    private async Task<WebhookRecord> FindAsync(CallScope call, string id) =>
        (WebhookChecks.IsId(id) ? await parts.Records.FindAsync(call.Workspace, id, call.Ended) : null)
        ?? throw Faults.NotFound(FaultReasons.WebhookNotFound, "webhook_id", id, $"There is no webhook {Faults.Shown(id)}.");

    // Whoever changes it at the same time has either been seen, or sees this.
    private async Task<StoredWebhook> ChangeAsync(CallScope call, string id, Action<StoredWebhook> change)
    {
        while (true)
        {
            var record = await FindAsync(call, id);
            change(record.Webhook!);
            if (await parts.Records.WriteAsync(id, record.Webhook!, record.Revision, call.Ended) is not null)
                return record.Webhook!;
        }
    }
}
