using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Calls;
using LeadGrains.Host.Serving;
using OpenTelemetry.Metrics;

namespace LeadGrains.Host.Telemetry;

/// <summary>`/metrics`: all that is measured, in the text formats of Prometheus, for this machine and for keys that may read.</summary>
internal static class MetricsPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/metrics";

    public static void Map(IEndpointRouteBuilder endpoints, MeterProvider metrics) =>
        endpoints.MapPrometheusScrapingEndpoint(Path, metrics, pipeline => pipeline.Use(AdmitAsync), optionsName: null)
            .WithMetadata(new NeedsScope(KeyScopes.Read));

    private static Task AdmitAsync(HttpContext context, RequestDelegate next)
    {
        if (ThisMachine.Asks(context))
        {
            return next(context);
        }

        try
        {
            context.RequestServices.GetRequiredService<AccessDoor>().Admit(context, KeyScopes.Read);
        }
        catch (RpcException refusal)
        {
            return HttpFaults.AnswerAsync(context, refusal);
        }

        return next(context);
    }
}
