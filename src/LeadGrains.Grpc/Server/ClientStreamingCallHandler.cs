using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed class ClientStreamingCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ClientStreamingCall<TService, TRequest, TResponse> call,
    ServiceActivator<TService> activator,
    ServerRuntime runtime) : ServerCallHandler<TService, TRequest, TResponse>(method, activator, runtime)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(TService service, HttpServerCallContext context)
    {
        var requests = new RequestStreamReader<TRequest>(context, Method.RequestMarshaller);
        var response = await call(service, requests, context);
        context.Response.Write(response, Method.ResponseMarshaller.ContextualSerializer, context.WriteOptions);
    }
}
