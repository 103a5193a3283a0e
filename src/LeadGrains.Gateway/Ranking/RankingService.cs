using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Ranking;

/// <summary>Ranked answers, evaluated at one stated instant.</summary>
internal sealed class RankingService(CallGate gate, GrainClient grains, RankChecks checks) : V1.RankingService.RankingServiceBase
{
    public override Task<V1.RankAccountsResponse> RankAccounts(V1.RankAccountsRequest request, ServerCallContext context) =>
        gate.ReadAsync(context, async call => RankMessages.WriteAccounts(
            await RankAsync(call, GrainKind.Account, request.Filter, request.RankBy, request.PageSize, request.PageToken, request.Shadow)));

    public override Task<V1.RankContactsResponse> RankContacts(V1.RankContactsRequest request, ServerCallContext context) =>
        gate.ReadAsync(context, async call => RankMessages.WriteContacts(
            await RankAsync(call, GrainKind.Contact, request.Filter, request.RankBy, request.PageSize, request.PageToken, request.Shadow)));

    private Task<RankPage> RankAsync(
        CallScope call, GrainKind kind, V1.RankFilter? filter, V1.RankBy by, int pageSize, string pageToken, bool isShadow)
    {
        var fields = new RequestChecks();
        var conditions = isShadow
            ? RankChecks.Filter(grains.ShadowModelOf(call.Workspace), kind, filter, fields)
            : checks.Filter(call.Workspace, kind, filter, fields);
        var order = RankChecks.By(by, fields);
        var size = fields.PageSize(pageSize);
        var token = fields.PageToken(pageToken);
        fields.ThrowIfAny();
        return isShadow
            ? grains.RankShadowAsync(call.Workspace, kind, conditions, order, size, token, call.Ended)
            : grains.RankAsync(call.Workspace, kind, conditions, order, size, token, call.Ended);
    }
}
