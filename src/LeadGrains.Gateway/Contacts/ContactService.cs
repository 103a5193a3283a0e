using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Contacts;

/// <summary>People: what is known of them, and their scores.</summary>
[BindServiceMethod(typeof(ContactServiceBinding), nameof(ContactServiceBinding.BindService))]
internal sealed class ContactService(CallGate gate, GrainClient grains, GatewayMeters meters) : V1.ContactService.ContactServiceBase
{
    public override Task<V1.UpsertContactsResponse> UpsertContacts(V1.UpsertContactsRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var fields = new RequestChecks();
            call.Caller.Allowance?.CountSignals(request.Contacts.Count);
            var ack = fields.Ack(request.AckLevel);
            fields.ThrowIfAny();
            var (items, rejections) = CheckedItems<ContactUpsert>.Of<V1.ContactTraits>(request.Contacts, ContactChecks.Read);

            // Whoever reads a page has its key, and must not make one of two people with it, nor say who somebody is; whoever
            // else gives an address speaks of a person, whom pages are to leave alone.
            items = items.ConvertAll(item => call.Caller.IsPublic
                ? item with { MergesStrangersOnly = true, OnlyAdds = true }
                : item with { Identified = item.Email is not null });
            var outcome = await grains.UpsertContactsAsync(call.Workspace, items, ack, call.Ended);
            rejections.AddRange(outcome.Rejections);
            meters.Rejected(rejections);
            var response = new V1.UpsertContactsResponse { Recorded = outcome.Recorded };
            RejectionMessages.AddTo(response.Rejections, rejections);
            return response;
        });

    public override Task<V1.GetContactResponse> GetContact(V1.GetContactRequest request, ServerCallContext context) =>
        gate.ReadAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var id = fields.Id("contact_id", request.ContactId);
            fields.ThrowIfAny();
            var contact = await grains.GetContactAsync(call.Workspace, id, call.Ended) ?? throw NotFound(id);
            return new V1.GetContactResponse { Contact = ContactMessages.Write(contact) };
        });

    public override Task<V1.ExplainContactResponse> ExplainContact(V1.ExplainContactRequest request, ServerCallContext context) =>
        gate.ReadAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var id = fields.Id("contact_id", request.ContactId);
            var asOf = fields.Instant("as_of", request.AsOf);
            var model = fields.Model(request.Model);
            fields.ThrowIfAny();
            var explanation = await grains.ExplainContactAsync(call.Workspace, id, asOf, model, call.Ended)
                ?? throw (asOf is { } then && await grains.GetContactAsync(call.Workspace, id, call.Ended) is not null ? NotFoundAt(id, then) : NotFound(id));
            return ContactMessages.Write(explanation);
        });

    public override Task<V1.MergeContactsResponse> MergeContacts(V1.MergeContactsRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var from = fields.Id("from_contact_id", request.FromContactId);
            var into = fields.Id("into_contact_id", request.IntoContactId);
            fields.ThrowIfAny();
            var (contact, result) = await grains.MergeContactsAsync(call.Workspace, from, into, call.Ended);
            return new V1.MergeContactsResponse
            {
                Contact = ContactMessages.Write(contact),
                Outcome = (V1.MergeOutcome)result.Outcome,
                MovedSignals = result.MovedSignals,
            };
        });

    public override Task<V1.ListSignalsResponse> ListSignals(V1.ListSignalsRequest request, ServerCallContext context) =>
        gate.ReadAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var id = fields.Id("contact_id", request.ContactId);
            var size = fields.PageSize(request.PageSize);
            var token = fields.PageToken(request.PageToken);
            fields.ThrowIfAny();
            var page = await grains.ListSignalsAsync(call.Workspace, id, size, token, call.Ended) ?? throw NotFound(id);
            return ContactMessages.Write(page);
        });

    private static RpcException NotFoundAt(string id, Scoring.Instant then) => Faults.NotFound(
        FaultReasons.ContactNotFound, "contact_id", id, $"There was no contact '{id}' at {then.ToRfc3339()}: nothing of it had been received by then.");

    /// <summary>What is answered about a contact that nobody knows.</summary>
    internal static RpcException NotFound(string id) => Faults.NotFound(FaultReasons.ContactNotFound, "contact_id", id, $"There is no contact '{id}'.");
}
