using Grpc.Core;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Checks;
using LeadGrains.Grains;

namespace LeadGrains.Gateway.Stages;

/// <summary>
/// Changes of stage as they become facts. A stream ends with UNAVAILABLE when the node drains; its newest token goes on
/// wherever the caller comes back.
/// </summary>
internal sealed class StageService(CallGate gate, GrainClient grains, Readiness readiness) : V1.StageService.StageServiceBase
{
    public override Task WatchStageChanges(
        V1.WatchStageChangesRequest request, IServerStreamWriter<V1.WatchStageChangesResponse> responseStream, ServerCallContext context) =>
        gate.ServeAsync(context, async call =>
        {
            var fields = new RequestChecks();
            var filter = StageChecks.Filter(request, fields);
            fields.ThrowIfAny();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Ended, readiness.Draining);
            await foreach (var notice in grains.WatchChangesAsync(call.Workspace, filter, request.ResumeToken, request.FromStart, ended.Token))
                await responseStream.WriteAsync(StageMessages.Write(notice), ended.Token);
        });
}
