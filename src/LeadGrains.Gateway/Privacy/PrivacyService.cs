using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Contacts;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Privacy;

/// <summary>The rights of people over what is kept of them.</summary>
internal sealed class PrivacyService(CallGate gate, GrainClient grains, AuditTrail audit) : V1.PrivacyService.PrivacyServiceBase
{
    private const int SignalsAtOnce = 1_000;

    public override Task<V1.EraseContactResponse> EraseContact(V1.EraseContactRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var id = fields.Id("contact_id", request.ContactId);
            fields.ThrowIfAny();
            var report = await grains.EraseContactAsync(call.Workspace, id, call.Ended);
            // Whose it was is not to be told by the trail either.
            await audit.RecordAsync(call.Caller, AuditActions.ContactErased, report.Tombstone, call.Ended);
            // The search goes through the data of all: what it found would tell one workspace whom another knows.
            return new V1.EraseContactResponse { Erasure = PrivacyMessages.Write(report, showsStore: call.Workspace == Workspaces.Default) };
        });

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
