using Grpc.Reflection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps reflection to endpoints.</summary>
public static class GrpcReflectionEndpointRouteBuilderExtensions
{
    /// <summary>Serves <c>grpc.reflection.v1</c> and <c>v1alpha</c>, through which clients learn the services and their messages.</summary>
    /// <exception cref="InvalidOperationException">AddGrpcReflection was not called.</exception>
    public static IEndpointConventionBuilder MapGrpcReflectionService(this IEndpointRouteBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var known = builder.ServiceProvider.GetRequiredService<IServiceProviderIsService>();
        if (!known.IsService(typeof(ReflectionAnswers)))
            throw new InvalidOperationException("Call services.AddGrpcReflection() before mapping the reflection service.");
        return new GrpcServiceEndpointConventionBuilder([builder.MapGrpcService<AlphaReflectionService>(), builder.MapGrpcService<ReflectionService>()]);
    }
}
