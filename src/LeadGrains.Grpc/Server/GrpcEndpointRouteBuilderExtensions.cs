using Grpc.AspNetCore.Server.Internal;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Maps gRPC services to endpoints.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves the methods of <typeparamref name="TService"/>, found through the <c>BindServiceMethod</c> attribute of
    /// one of its base classes. Each call gets its instance from the services or, if it is not among them, a new one.
    /// </summary>
    /// <typeparam name="TService">The service class.</typeparam>
    /// <exception cref="InvalidOperationException">AddGrpc was not called, or the class binds no methods.</exception>
    public static GrpcServiceEndpointConventionBuilder MapGrpcService<TService>(this IEndpointRouteBuilder builder)
        where TService : class
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.ServiceProvider;
        var unknown = services.GetService<UnknownMethodRoute>()
            ?? throw new InvalidOperationException("Call services.AddGrpc() before mapping a gRPC service.");
        var binder = new EndpointBinder<TService>(builder, ServerRuntime.Of<TService>(services));
        ServiceBinding.Bind(typeof(TService), binder);
        unknown.Map(builder, binder.ServiceNames);
        return new GrpcServiceEndpointConventionBuilder(binder.Endpoints);
    }
}
