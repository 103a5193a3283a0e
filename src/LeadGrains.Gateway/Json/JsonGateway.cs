using Grpc.AspNetCore.Json;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.OpenApi;
using LeadGrains.Grains;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Gateway.Json;

/// <summary>Serves the whole API by HTTP and JSON, too, and its description.</summary>
internal static class JsonGateway
{
    /// <summary>Every service that is mapped, and whose methods name a path, is served.</summary>
    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcJson(new JsonOptions
        {
            MaxBodyLength = Limits.MessageBytes,
            Admit = endpoints.ServiceProvider.GetRequiredService<CallGate>().AdmitBeforeReading,
            Refuse = faults => Faults.Invalid([.. faults.Select(fault => new FieldViolation(fault.Field, fault.Description))]),
            UnknownRouteMetadata = [new PublicRoute()],
        });
        OpenApiRoute.Map(endpoints);
    }
}
