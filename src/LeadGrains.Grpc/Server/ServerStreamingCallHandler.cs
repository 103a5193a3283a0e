using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed class ServerStreamingCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    ServerStreamingCall<TService, TRequest, TResponse> call,
    ServiceActivator<TService> activator,
    ServerRuntime runtime) : ServerCallHandler<TService, TRequest, TResponse>(method, activator, runtime)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override async Task InvokeAsync(TService service, HttpServerCallContext context)
    {
        var request = await new RequestStreamReader<TRequest>(context, Method.RequestMarshaller).ReadSingleAsync();
        await call(service, request, new ResponseStreamWriter<TResponse>(context, Method.ResponseMarshaller), context);
    }
}
