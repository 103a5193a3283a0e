using LeadGrains.Gateway;
using LeadGrains.Gateway.Access;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Serving;

/// <summary>What orchestrators ask over HTTP: does the process live, does it take calls.</summary>
internal static class Probes
{
    /// <summary>`/healthz` answers 200 while the process lives, and this machine what it uses; `/readyz` 200 while it takes calls, else 503.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, Readiness readiness)
    {
        endpoints.MapGet(HealthAnswer.Path, (HttpContext http) => Results.Json(
            ThisMachine.Asks(http) ? new HealthAnswer(Name(readiness.Phase), ProgramVersion.Text, ProcessFigures.Now()) : new HealthAnswer(Name(readiness.Phase)),
            HealthJson.Default.HealthAnswer)).WithMetadata(new PublicRoute());
        endpoints.MapGet("/readyz", () => Results.Text(
            readiness.Phase == ServingPhase.Serving && !readiness.IsReady ? "waiting for the database" : Name(readiness.Phase),
            statusCode: readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable)).WithMetadata(new PublicRoute());
    }

    private static string Name(ServingPhase phase) => phase switch
    {
        ServingPhase.Starting => "starting",
        ServingPhase.Serving => "serving",
        _ => "draining",
    };
}
