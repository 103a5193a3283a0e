using Grpc.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds reflection to a server.</summary>
public static class GrpcReflectionServiceExtensions
{
    /// <summary>Adds what <c>MapGrpcReflectionService</c> needs. Which services there are is read from the endpoints at the first call.</summary>
    public static IServiceCollection AddGrpcReflection(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => new ReflectionAnswers(new DescriptorIndex(ServedServices.Of(
            provider.GetRequiredService<EndpointDataSource>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("Grpc.Reflection")))));
        services.TryAddSingleton<ReflectionService>();
        services.TryAddSingleton<AlphaReflectionService>();
        return services;
    }
}
