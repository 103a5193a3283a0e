using Microsoft.Extensions.DependencyInjection;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>How the application registered its services, which a service provider does not tell.</summary>
internal sealed class ServiceRegistrations(IServiceCollection services)
{
    /// <summary>The lifetime of a registered type; null if it is not registered. The last registration counts.</summary>
    public ServiceLifetime? LifetimeOf(Type type) =>
        services.LastOrDefault(service => service.ServiceType == type && !service.IsKeyedService)?.Lifetime;
}
