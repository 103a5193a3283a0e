using LeadGrains.Gateway;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Serving;

/// <summary>What orchestrators ask over HTTP: does the process live, does it take calls.</summary>
internal static class Probes
{
    /// <summary>`/healthz` answers 200 while the process lives; `/readyz` 200 while it takes calls, else 503.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, Readiness readiness)
    {
        endpoints.MapGet(HealthAnswer.Path, () => Results.Json(
            new HealthAnswer(Name(readiness.Phase), ProgramVersion.Text, ProcessFigures.Now()), HealthJson.Default.HealthAnswer));
        endpoints.MapGet("/readyz", () => Results.Text(
            readiness.Phase == ServingPhase.Serving && !readiness.IsReady ? "waiting for the database" : Name(readiness.Phase),
            statusCode: readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable));
    }

    private static string Name(ServingPhase phase) => phase switch
    {
        ServingPhase.Starting => "starting",
        ServingPhase.Serving => "serving",
        _ => "draining",
    };
}
