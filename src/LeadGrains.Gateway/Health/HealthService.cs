using Grpc.Core;
using Grpc.Health.V1;
using LeadGrains.Gateway.Calls;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace LeadGrains.Gateway.Health;

/// <summary>
/// The standard health check. All services have one state, since one node stands behind them all. Answers in every
/// phase: that is what it is for.
/// </summary>
internal sealed class HealthService(Readiness readiness, TimeProvider clock) : global::Grpc.Health.V1.Health.HealthBase
{
    private static readonly HashSet<string> Known =
    [
        "",
        global::Grpc.Health.V1.Health.Descriptor.FullName,
        V1.IngestService.Descriptor.FullName,
        V1.ContactService.Descriptor.FullName,
        V1.AccountService.Descriptor.FullName,
        V1.RankingService.Descriptor.FullName,
        V1.ModelService.Descriptor.FullName,
    ];

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Known.Contains(request.Service)
            ? Task.FromResult(new HealthCheckResponse { Status = StatusIn(readiness.Phase) })
            : throw Faults.NotFound($"No service '{Faults.Shown(request.Service)}' is served here.");

    /// <summary>
    /// Ends with UNAVAILABLE once it has told that the node drains, so that watchers do not hold the shutdown back.
    /// </summary>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var known = Known.Contains(request.Service);
        var step = readiness.Now;
        try
        {
            var told = ServingStatus.Unknown;
            while (true)
            {
                var status = known ? StatusIn(step.Phase) : ServingStatus.ServiceUnknown;
                if (status != told)
                    await responseStream.WriteAsync(new HealthCheckResponse { Status = told = status });
                if (step.Phase == ServingPhase.Draining)
                    break;
                await step.Left.WaitAsync(context.CancellationToken);
                step = readiness.Now;
            }
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw Faults.Ended(context, clock);
        }

        throw Faults.NotServing(step.Phase);
    }

    private static ServingStatus StatusIn(ServingPhase phase) =>
        phase == ServingPhase.Serving ? ServingStatus.Serving : ServingStatus.NotServing;
}
