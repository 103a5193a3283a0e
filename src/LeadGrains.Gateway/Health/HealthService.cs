using System.Collections.Frozen;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Health.V1;
using LeadGrains.Gateway.Calls;
using Microsoft.AspNetCore.Routing;
using static Grpc.Health.V1.HealthCheckResponse.Types;

namespace LeadGrains.Gateway.Health;

/// <summary>
/// The standard health check of every service that is mapped. All have one state, since one node stands behind them all.
/// Answers in every phase: that is what it is for.
/// </summary>
internal sealed class HealthService(Readiness readiness, EndpointDataSource endpoints, TimeProvider clock) : global::Grpc.Health.V1.Health.HealthBase
{
    // The empty name is that of the node as a whole.
    private readonly FrozenSet<string> _known = endpoints.Endpoints
        .Select(endpoint => endpoint.Metadata.GetMetadata<GrpcMethodMetadata>()?.Method.ServiceName)
        .OfType<string>()
        .Append("")
        .ToFrozenSet(StringComparer.Ordinal);

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        _known.Contains(request.Service)
            ? Task.FromResult(Response(StatusNow))
            : throw Faults.NotFound(FaultReasons.ServiceNotFound, "service", request.Service, $"No service '{Faults.Shown(request.Service)}' is served here.");

    public override Task<HealthListResponse> List(HealthListRequest request, ServerCallContext context)
    {
        var status = StatusNow;
        var response = new HealthListResponse();
        foreach (var service in _known)
            response.Statuses.Add(service, Response(status));
        return Task.FromResult(response);
    }

    /// <summary>
    /// Ends with UNAVAILABLE once it has told that the node drains, so that watchers do not hold the shutdown back. There
    /// is no bound of its own, since one client's watches would use up what others need: each is a stream, and the
    /// transport bounds those.
    /// </summary>
    public override async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        try
        {
            await TellAsync(_known.Contains(request.Service), responseStream, context.CancellationToken);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw Faults.Ended(context, clock);
        }

        throw Faults.NotServing(ServingPhase.Draining);
    }

    // No service appears while the node runs, so one that is unknown stays so.
    private async Task TellAsync(bool isKnown, IServerStreamWriter<HealthCheckResponse> responses, CancellationToken ended)
    {
        var told = ServingStatus.Unknown;
        for (var step = readiness.Now; ; step = readiness.Now)
        {
            var status = isKnown ? StatusIn(step.Phase) : ServingStatus.ServiceUnknown;
            if (status != told)
                await responses.WriteAsync(Response(told = status), ended);
            if (step.Phase == ServingPhase.Draining)
                return;
            await step.Left.WaitAsync(ended);
        }
    }

    private ServingStatus StatusNow => readiness.IsReady ? ServingStatus.Serving : ServingStatus.NotServing;

    private static HealthCheckResponse Response(ServingStatus status) => new() { Status = status };

    private static ServingStatus StatusIn(ServingPhase phase) =>
        phase == ServingPhase.Serving ? ServingStatus.Serving : ServingStatus.NotServing;
}
