using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed class UnaryCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    UnaryCall<TService, TRequest, TResponse> call,
    ServiceActivator<TService> activator,
    ServerRuntime runtime) : ServerCallHandler<TService, TRequest, TResponse>(method, activator, runtime)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(TService service, HttpServerCallContext context)
    {
        var request = await new RequestStreamReader<TRequest>(context, Method.RequestMarshaller).ReadSingleAsync();
        var response = await call(service, request, context);

        // Not flushed: the message goes out together with the trailers.
        context.Response.Write(response, Method.ResponseMarshaller.ContextualSerializer, context.WriteOptions);
    }
}
