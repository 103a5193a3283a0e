using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

internal sealed class DuplexStreamingCallHandler<TService, TRequest, TResponse>(
    Method<TRequest, TResponse> method,
    DuplexStreamingCall<TService, TRequest, TResponse> call,
    ServiceActivator<TService> activator,
    ServerRuntime runtime) : ServerCallHandler<TService, TRequest, TResponse>(method, activator, runtime)
    where TService : class
    where TRequest : class
    where TResponse : class
{
    protected override Task InvokeAsync(TService service, HttpServerCallContext context) => call(
        service,
        new RequestStreamReader<TRequest>(context, Method.RequestMarshaller),
        new ResponseStreamWriter<TResponse>(context, Method.ResponseMarshaller),
        context);
}
