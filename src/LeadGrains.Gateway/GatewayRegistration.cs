using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Accounts;
using LeadGrains.Gateway.Admission;
using LeadGrains.Gateway.Calls;
using LeadGrains.Gateway.Changes;
using LeadGrains.Gateway.Collect;
using LeadGrains.Gateway.Contacts;
using LeadGrains.Gateway.Exports;
using LeadGrains.Gateway.Health;
using LeadGrains.Gateway.Ingest;
using LeadGrains.Gateway.Json;
using LeadGrains.Gateway.Models;
using LeadGrains.Gateway.Privacy;
using LeadGrains.Gateway.Ranking;
using LeadGrains.Gateway.Stages;
using LeadGrains.Gateway.Webhooks;
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
        services.AddSingleton(parts.Registry);
        services.AddSingleton(parts.Models);
        services.AddSingleton<Func<string, ServedModel>>(parts.Grains.ModelOf);
        services.AddSingleton<ModelDocuments>();
        services.AddSingleton(parts.Readiness);
        services.AddSingleton(parts.Clock);
        services.AddSingleton<GatewayMeters>();
        services.AddSingleton(_ => new KeyRing(parts.Registry, parts.Clock, parts.NodesAlive));
        services.AddSingleton(provider => new AccessDoor(provider.GetRequiredService<KeyRing>(), parts.Clock));
        services.AddSingleton<AuditTrail>();
        services.AddHostedService<KeyFollower>();
        services.AddSingleton<CallGate>();
        services.AddSingleton(parts);
        services.AddSingleton<Intake>();
        services.AddSingleton<IntakeGate>();
        services.AddSingleton<BatchRecorder>();
        services.AddSingleton<AccountChecks>();
        services.AddSingleton<RankChecks>();
        services.AddSingleton<IngestService>();
        services.AddSingleton<ContactService>();
        services.AddSingleton<AccountService>();
        services.AddSingleton<RankingService>();
        services.AddSingleton<ModelService>();
        services.AddSingleton<StageService>();
        services.AddSingleton<AuditService>();
        services.AddSingleton<PrivacyService>();
        services.AddSingleton<ChangeTelling>();
        services.AddSingleton<ChangeService>();
        services.AddSingleton<ExportService>();
        WebhookRegistration.Add(services, parts.Registry, parts.Webhooks);
        services.AddSingleton<HealthService>();
        services.AddCollecting();
        return services;
    }

    /// <summary>Has calls beyond what can be taken on refused before anything of them is read. Comes before what maps the services.</summary>
    public static void UseLeadGrainsAdmission(this IApplicationBuilder application)
    {
        var gate = application.ApplicationServices.GetRequiredService<IntakeGate>();
        application.Use(next => context => gate.PassAsync(context, next));
    }

    /// <summary>Maps every service of the API, by gRPC and by HTTP and JSON, the health check, and reflection, which tells what the protos tell.</summary>
    public static void MapLeadGrainsGateway(this IEndpointRouteBuilder endpoints)
    {
        var gate = endpoints.ServiceProvider.GetRequiredService<CallGate>();
        KeyGuard.Guard(endpoints.MapGrpcService<IngestService>(), gate);
        KeyGuard.Guard(endpoints.MapGrpcService<ContactService>(), gate);
        KeyGuard.Guard(endpoints.MapGrpcService<AccountService>(), gate);
        KeyGuard.Guard(endpoints.MapGrpcService<RankingService>(), gate);
        KeyGuard.Guard(endpoints.MapGrpcService<ModelService>(), gate);
        KeyGuard.Guard(endpoints.MapGrpcService<StageService>(), gate);
        KeyGuard.Guard(endpoints.MapGrpcService<ChangeService>(), gate);
        KeyGuard.Guard(endpoints.MapGrpcService<ExportService>(), gate);
        KeyGuard.Guard(endpoints.MapGrpcService<WebhookService>(), gate);
        KeyGuard.Guard(endpoints.MapGrpcService<AuditService>(), gate);
        KeyGuard.Guard(endpoints.MapGrpcService<PrivacyService>(), gate);
        endpoints.MapGrpcService<HealthService>().WithMetadata(new PublicRoute());
        KeyGuard.Guard(endpoints.MapGrpcReflectionService(), endpoints.ServiceProvider.GetRequiredService<AccessDoor>());
        endpoints.MapCollecting();
        JsonGateway.Map(endpoints);
    }
}
