using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Contacts;
using LeadGrains.Gateway.Webhooks;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Privacy;

/// <summary>The rights of people over what is kept of them.</summary>
internal sealed class PrivacyService(CallGate gate, GrainClient grains, WebhookRecords records, AuditTrail audit) : V1.PrivacyService.PrivacyServiceBase
{
    private const int SignalsAtOnce = 1_000;

    public override Task<V1.EraseContactResponse> EraseContact(V1.EraseContactRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var id = fields.Id("contact_id", request.ContactId);
            fields.ThrowIfAny();
            var (report, naming) = await EraseAsync(call, id).WaitAsync(call.Ended);
            // The search goes through the data of all: what it found would tell one workspace whom another knows.
            var erasure = PrivacyMessages.Write(report, showsStore: call.Workspace == Workspaces.Default);
            erasure.WebhookIds.AddRange(naming);
            return new V1.EraseContactResponse { Erasure = erasure };
        });

    public override Task<V1.GetRetentionResponse> GetRetention(V1.GetRetentionRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var run = await grains.FindRetentionAsync(call.Ended)
                ?? throw new RpcException(new Status(StatusCode.NotFound, "nothing was let go of yet: the server keeps all, or its first run is still to come"));
            return new V1.GetRetentionResponse { Retention = PrivacyMessages.Write(run, showsStore: call.Workspace == Workspaces.Default) };
        });

    // An erasure ends whether or not its caller waits for it, and is recorded when it does.
    private async Task<(ErasureReport Report, IReadOnlyList<string> Naming)> EraseAsync(CallScope call, string id)
    {
        // By this id alone the person can still be found afterwards; by the others only before.
        var known = await grains.GetContactAsync(call.Workspace, id, CancellationToken.None);
        var report = await grains.EraseContactAsync(call.Workspace, id, CancellationToken.None);
        // Whose it was is not to be told by the trail either.
        await audit.RecordAsync(call.Caller, AuditActions.ContactErased, report.Tombstone, CancellationToken.None);
        HashSet<string> ids = [id, .. known is null ? [] : known.MergedContactIds.Prepend(known.Id)];
        var webhooks = await records.ReadAllAsync(call.Workspace, CancellationToken.None);
        return (report, [.. webhooks.Where(record => record.Webhook!.Ids.Any(ids.Contains)).Select(record => record.Id)]);
    }

    public override Task ExportContact(
        V1.ExportContactRequest request, IServerStreamWriter<V1.ExportContactResponse> responseStream, ServerCallContext context) =>
        gate.ServeAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var id = fields.Id("contact_id", request.ContactId);
            fields.ThrowIfAny();
            var contact = await grains.ExplainContactAsync(call.Workspace, id, at: null, call.Ended) ?? throw ContactService.NotFound(id);
            await audit.RecordAsync(call.Caller, AuditActions.ContactExported, grains.TombstoneOf(call.Workspace, contact.Contact.Id), call.Ended);
            await responseStream.WriteAsync(new V1.ExportContactResponse { Contact = ContactMessages.Write(contact) }, call.Ended);
            foreach (var stage in await grains.ListContactStagesAsync(call.Workspace, id, call.Ended))
                await responseStream.WriteAsync(new V1.ExportContactResponse { Stage = PrivacyMessages.Write(contact.Contact.Id, stage) }, call.Ended);
            for (var token = ""; ;)
            {
                // One that is erased meanwhile has nothing more.
                if (await grains.ListSignalsAsync(call.Workspace, id, SignalsAtOnce, token, call.Ended) is not { } page)
                    return;
                foreach (var signal in ContactMessages.Write(page).Signals)
                    await responseStream.WriteAsync(new V1.ExportContactResponse { Signal = signal }, call.Ended);
                token = page.NextPageToken;
                if (token.Length == 0)
                    return;
            }
        });
}
