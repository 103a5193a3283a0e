using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Gateway.Values;

namespace LeadGrains.Gateway.Collect;

/// <summary>What SDKs sent in vain.</summary>
internal sealed class RefusalService(CallGate gate, RefusedMessages refused) : V1.RefusalService.RefusalServiceBase
{
    public override Task<V1.ListRefusalsResponse> ListRefusals(V1.ListRefusalsRequest request, ServerCallContext context) =>
        gate.AnswerAsync(context, call =>
        {
            var fields = new RequestChecks();
            var size = fields.PageSize(request.PageSize);
            fields.ThrowIfAny();
            var (newest, total) = refused.Read(call.Workspace, size);
            var response = new V1.ListRefusalsResponse { Total = (ulong)total };
            response.Refusals.AddRange(newest.Select(Write));
            return Task.FromResult(response);
        });

    private static V1.Refusal Write(Refusal refusal) => new()
    {
        ReceivedAt = Timestamps.Write(refusal.At),
        Path = refusal.Path,
        MessageId = refusal.MessageId,
        Type = refusal.Type,
        Reason = (V1.RejectionReason)refusal.Fault.Reason, // The same numbers; a test holds them together.
        Field = refusal.Fault.Field,
        Message = refusal.Fault.Message,
    };
}
