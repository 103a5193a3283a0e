using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Grpc.AspNetCore.Server.Internal;

internal delegate Task<TResponse> UnaryCall<in TService, in TRequest, TResponse>(TService service, TRequest request, ServerCallContext context);

internal delegate Task<TResponse> ClientStreamingCall<in TService, in TRequest, TResponse>(TService service, IAsyncStreamReader<TRequest> requests, ServerCallContext context);

internal delegate Task ServerStreamingCall<in TService, in TRequest, out TResponse>(TService service, TRequest request, IServerStreamWriter<TResponse> responses, ServerCallContext context);

internal delegate Task DuplexStreamingCall<in TService, in TRequest, out TResponse>(TService service, IAsyncStreamReader<TRequest> requests, IServerStreamWriter<TResponse> responses, ServerCallContext context);

/// <summary>
/// Maps each method of a service to an endpoint. The service's own method is found by name and parameters and
/// called through an open delegate, since every call has its own instance.
/// </summary>
/// <typeparam name="TService">The service class.</typeparam>
internal sealed class EndpointBinder<TService>(IEndpointRouteBuilder routes, ServerRuntime runtime) : ServiceBinderBase
    where TService : class
{
    private readonly ServiceActivator<TService> _activator = new(routes.ServiceProvider);
    private readonly List<IEndpointConventionBuilder> _endpoints = [];

    public IReadOnlyList<IEndpointConventionBuilder> Endpoints => _endpoints;

    /// <summary>The names of what was bound; nearly always one.</summary>
    public HashSet<string> ServiceNames { get; } = [];

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
    {
        var call = Find<UnaryCall<TService, TRequest, TResponse>>(method, typeof(TRequest), typeof(ServerCallContext));
        Map(method, new UnaryCallHandler<TService, TRequest, TResponse>(method, InterceptedCall.Around(call, runtime.Options.Interceptors), _activator, runtime));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var call = Find<ClientStreamingCall<TService, TRequest, TResponse>>(method, typeof(IAsyncStreamReader<TRequest>), typeof(ServerCallContext));
        Map(method, new ClientStreamingCallHandler<TService, TRequest, TResponse>(method, InterceptedCall.Around(call, runtime.Options.Interceptors), _activator, runtime));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var call = Find<ServerStreamingCall<TService, TRequest, TResponse>>(method, typeof(TRequest), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        Map(method, new ServerStreamingCallHandler<TService, TRequest, TResponse>(method, InterceptedCall.Around(call, runtime.Options.Interceptors), _activator, runtime));
    }

    public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
    {
        var call = Find<DuplexStreamingCall<TService, TRequest, TResponse>>(method, typeof(IAsyncStreamReader<TRequest>), typeof(IServerStreamWriter<TResponse>), typeof(ServerCallContext));
        Map(method, new DuplexStreamingCallHandler<TService, TRequest, TResponse>(method, InterceptedCall.Around(call, runtime.Options.Interceptors), _activator, runtime));
    }

    private static TDelegate Find<TDelegate>(IMethod method, params Type[] parameters)
        where TDelegate : Delegate =>
        typeof(TService).GetMethod(method.Name, parameters)?.CreateDelegate<TDelegate>()
        ?? throw new InvalidOperationException($"{typeof(TService)} has no public method {method.Name}({string.Join(", ", parameters.Select(p => p.Name))}).");

    private void Map<TRequest, TResponse>(Method<TRequest, TResponse> method, ServerCallHandler<TService, TRequest, TResponse> handler)
        where TRequest : class
        where TResponse : class
    {
        ServiceNames.Add(method.ServiceName);
        _endpoints.Add(routes.MapPost(method.FullName, handler.HandleAsync)
            .WithDisplayName($"gRPC - {method.FullName}")
            .WithMetadata(new GrpcMethodMetadata(typeof(TService), method)));
    }
}
