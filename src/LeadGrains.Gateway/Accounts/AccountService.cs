using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Values;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Accounts;

/// <summary>Companies: what is known of them, and the scores that their contacts roll up into.</summary>
[BindServiceMethod(typeof(AccountServiceBinding), nameof(AccountServiceBinding.BindService))]
internal sealed class AccountService(CallGate gate, GrainClient grains, AccountChecks checks, GatewayMeters meters)
    : V1.AccountService.AccountServiceBase
{
    public override Task<V1.UpsertAccountsResponse> UpsertAccounts(V1.UpsertAccountsRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, async call =>
        {
            if (call.Caller.IsPublic)
                throw Refusals.Pages();
            var fields = new RequestChecks();
            call.Caller.Allowance?.CountSignals(request.Accounts.Count);
            var ack = fields.Ack(request.AckLevel);
            fields.ThrowIfAny();
            var (items, rejections) = CheckedItems<AccountUpsert>.Of(
                request.Accounts, (int index, V1.AccountTraits account, out AccountUpsert item) => checks.Read(call.Workspace, index, account, out item));

            var outcome = await grains.UpsertAccountsAsync(call.Workspace, items, ack, call.Ended);
            rejections.AddRange(outcome.Rejections);
            meters.Rejected(rejections);
            var response = new V1.UpsertAccountsResponse { Recorded = outcome.Recorded };
            RejectionMessages.AddTo(response.Rejections, rejections);
            return response;
        });

    public override Task<V1.GetAccountResponse> GetAccount(V1.GetAccountRequest request, ServerCallContext context) =>
        gate.ReadAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var id = fields.Id("account_id", request.AccountId);
            fields.ThrowIfAny();
            var account = await grains.GetAccountAsync(call.Workspace, id, call.Ended) ?? throw NotFound(id);
            return new V1.GetAccountResponse { Account = AccountMessages.Write(account) };
        });

    public override Task<V1.ExplainAccountResponse> ExplainAccount(V1.ExplainAccountRequest request, ServerCallContext context) =>
        gate.ReadAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var id = fields.Id("account_id", request.AccountId);
            var asOf = fields.Instant("as_of", request.AsOf);
            var model = fields.Model(request.Model);
            fields.ThrowIfAny();
            var explanation = await grains.ExplainAccountAsync(call.Workspace, id, asOf, model, call.Ended)
                ?? throw (asOf is { } then && await grains.GetAccountAsync(call.Workspace, id, call.Ended) is not null ? NotFoundAt(id, then) : NotFound(id));
            return AccountMessages.Write(explanation);
        });

    public override Task<V1.ListAccountContactsResponse> ListAccountContacts(V1.ListAccountContactsRequest request, ServerCallContext context) =>
        gate.ReadAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var id = fields.Id("account_id", request.AccountId);
            var size = fields.PageSize(request.PageSize);
            var token = fields.PageToken(request.PageToken);
            fields.ThrowIfAny();
            var page = await grains.ListAccountContactsAsync(call.Workspace, id, size, token, call.Ended) ?? throw NotFound(id);
            return AccountMessages.Write(page);
        });

    private static RpcException NotFoundAt(string id, Scoring.Instant then) => Faults.NotFound(
        FaultReasons.AccountNotFound, "account_id", id, $"There was no account '{id}' at {then.ToRfc3339()}: nothing of it had been received by then.");

    private static RpcException NotFound(string id) => Faults.NotFound(FaultReasons.AccountNotFound, "account_id", id, $"There is no account '{id}'.");
}
