using LeadGrains.Gateway.Accounts;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Contacts;
using LeadGrains.Gateway.Health;
using LeadGrains.Gateway.Ingest;
using LeadGrains.Gateway.Models;
using LeadGrains.Gateway.Ranking;
using LeadGrains.Gateway.Stages;
using LeadGrains.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Gateway;

/// <summary>Puts the gateway into a web application.</summary>
public static class GatewayRegistration
{
    /// <summary>Adds gRPC and all services of the API. One instance of each serves all calls.</summary>
    public static IServiceCollection AddLeadGrainsGateway(this IServiceCollection services, GatewayParts parts)
    {
        services.AddGrpc(options => options.MaxReceiveMessageSize = Limits.MessageBytes);
        services.AddGrpcReflection();
        services.AddMetrics();
        services.AddSingleton(parts.Grains);
        services.AddSingleton(parts.Store);
        services.AddSingleton(parts.Models);
        services.AddSingleton<Func<ServedModel>>(() => parts.Grains.Model);
        services.AddSingleton<ModelDocuments>();
        services.AddSingleton(parts.Readiness);
        services.AddSingleton(parts.Clock);
        services.AddSingleton<GatewayMeters>();
        services.AddSingleton<CallGate>();
        services.AddSingleton<BatchRecorder>();
        services.AddSingleton<AccountChecks>();
        services.AddSingleton<RankChecks>();
        services.AddSingleton<IngestService>();
        services.AddSingleton<ContactService>();
        services.AddSingleton<AccountService>();
        services.AddSingleton<RankingService>();
        services.AddSingleton<ModelService>();
        services.AddSingleton<StageService>();
        services.AddSingleton<HealthService>();
        return services;
    }

    /// <summary>Maps every service of the API, the health check, and reflection, which tells what the protos tell.</summary>
    public static void MapLeadGrainsGateway(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGrpcService<IngestService>();
        endpoints.MapGrpcService<ContactService>();
        endpoints.MapGrpcService<AccountService>();
        endpoints.MapGrpcService<RankingService>();
        endpoints.MapGrpcService<ModelService>();
        endpoints.MapGrpcService<StageService>();
        endpoints.MapGrpcService<HealthService>();
        endpoints.MapGrpcReflectionService();
    }
}
