using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Changes;

/// <summary>
/// Changes of all sorts as they become facts. A stream ends with UNAVAILABLE when the node drains; its newest token goes
/// on wherever the caller comes back.
/// </summary>
internal sealed class ChangeService(CallGate gate, GrainClient grains, Readiness readiness, ChangeTelling telling) : V1.ChangeService.ChangeServiceBase
{
    public override Task WatchChanges(
        V1.WatchChangesRequest request, IServerStreamWriter<V1.WatchChangesResponse> responseStream, ServerCallContext context) =>
        gate.ServeAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var filter = ChangeChecks.Filter(request, grains.ModelOf(call.Workspace).Model, fields);
            fields.ThrowIfAny();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Ended, readiness.Draining);
            await foreach (var notice in grains.WatchChangesAsync(call.Workspace, filter, request.ResumeToken, request.FromStart, ended.Token))
            {
                var response = new V1.WatchChangesResponse
                {
                    Change = notice.Change is { } change ? await telling.WriteAsync(change, ended.Token) : null,
                    ResumeToken = notice.ResumeToken,
                };
                await responseStream.WriteAsync(response, ended.Token);
            }
        });
}
