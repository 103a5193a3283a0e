using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Calls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Gateway.Collect;

/// <summary>Serves the SDKs that companies have in place already: they send as they send to their own vendor's servers.</summary>
internal static class CollectRoutes
{
    public static void AddCollecting(this IServiceCollection services)
    {
        services.AddSingleton<RefusedMessages>();
        services.AddSingleton<KnownPeople>();
        services.AddSingleton<CollectionSender>();
        services.AddSingleton<CollectEndpoint>();
        services.AddSingleton<RefusalService>();
    }

    public static void MapCollecting(this IEndpointRouteBuilder endpoints)
    {
        KeyGuard.Guard(endpoints.MapGrpcService<RefusalService>(), endpoints.ServiceProvider.GetRequiredService<CallGate>());
        var endpoint = endpoints.ServiceProvider.GetRequiredService<CollectEndpoint>();
        foreach (var route in CollectRoute.All)
            endpoints.MapPost(route.Path, (HttpContext http) => endpoint.AnswerAsync(http, route)).WithMetadata(new NeedsScope(KeyScopes.Ingest));
    }
}
