using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Contacts;

/// <summary>People: what is known of them, and their scores. What it does not override answers UNIMPLEMENTED.</summary>
internal sealed class ContactService(CallGate gate, GrainClient grains, GatewayMeters meters) : V1.ContactService.ContactServiceBase
{
    public override Task<V1.UpsertContactsResponse> UpsertContacts(V1.UpsertContactsRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            RequestChecks.ItemCount("contacts", request.Contacts.Count);
            var ack = RequestChecks.Ack(request.AckLevel);
            var (items, rejections) = CheckedItems<ContactUpsert>.Of<V1.ContactTraits>(request.Contacts, ContactChecks.Read);

            var outcome = await grains.UpsertContactsAsync(call.Workspace, items, ack, call.Ended);
            rejections.AddRange(outcome.Rejections);
            meters.Rejected(rejections);
            var response = new V1.UpsertContactsResponse { Recorded = outcome.Recorded };
            RejectionMessages.AddTo(response.Rejections, rejections);
            return response;
        });

    public override Task<V1.GetContactResponse> GetContact(V1.GetContactRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var id = RequestChecks.Id("contact_id", request.ContactId);
            var contact = await grains.GetContactAsync(call.Workspace, id, call.Ended) ?? throw NotFound(id);
            return new V1.GetContactResponse { Contact = ContactMessages.Write(contact) };
        });

    public override Task<V1.ExplainContactResponse> ExplainContact(V1.ExplainContactRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var id = RequestChecks.Id("contact_id", request.ContactId);
            var asOf = Timestamps.Read(request.AsOf, "as_of");
            var explanation = await grains.ExplainContactAsync(call.Workspace, id, asOf, call.Ended) ?? throw NotFound(id);
            return ContactMessages.Write(explanation);
        });

    private static RpcException NotFound(string id) => Faults.NotFound($"There is no contact '{id}'.");
}
