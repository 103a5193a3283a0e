using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Puts interceptors around the method of a service when it is mapped, the first of them outermost; a method without
/// interceptors stays as it is.
/// </summary>
internal static class InterceptedCall
{
    public static UnaryCall<TService, TRequest, TResponse> Around<TService, TRequest, TResponse>(UnaryCall<TService, TRequest, TResponse> method, InterceptorCollection interceptors)
        where TRequest : class
        where TResponse : class =>
        interceptors.Reverse().Aggregate(method, (inner, registration) => async (service, request, context) =>
        {
            await using var lease = new Lease(registration, context);
            return await lease.Interceptor.UnaryServerHandler<TRequest, TResponse>(request, context, (passed, around) => inner(service, passed, around));
        });

    public static ClientStreamingCall<TService, TRequest, TResponse> Around<TService, TRequest, TResponse>(ClientStreamingCall<TService, TRequest, TResponse> method, InterceptorCollection interceptors)
        where TRequest : class
        where TResponse : class =>
        interceptors.Reverse().Aggregate(method, (inner, registration) => async (service, requests, context) =>
        {
            await using var lease = new Lease(registration, context);
            return await lease.Interceptor.ClientStreamingServerHandler<TRequest, TResponse>(requests, context, (passed, around) => inner(service, passed, around));
        });

    public static ServerStreamingCall<TService, TRequest, TResponse> Around<TService, TRequest, TResponse>(ServerStreamingCall<TService, TRequest, TResponse> method, InterceptorCollection interceptors)
        where TRequest : class
        where TResponse : class =>
        interceptors.Reverse().Aggregate(method, (inner, registration) => async (service, request, responses, context) =>
        {
            await using var lease = new Lease(registration, context);
            await lease.Interceptor.ServerStreamingServerHandler<TRequest, TResponse>(request, responses, context, (passed, written, around) => inner(service, passed, written, around));
        });

    public static DuplexStreamingCall<TService, TRequest, TResponse> Around<TService, TRequest, TResponse>(DuplexStreamingCall<TService, TRequest, TResponse> method, InterceptorCollection interceptors)
        where TRequest : class
        where TResponse : class =>
        interceptors.Reverse().Aggregate(method, (inner, registration) => async (service, requests, responses, context) =>
        {
            await using var lease = new Lease(registration, context);
            await lease.Interceptor.DuplexStreamingServerHandler<TRequest, TResponse>(requests, responses, context, (passed, written, around) => inner(service, passed, written, around));
        });

    /// <summary>One interceptor for one call.</summary>
    private readonly struct Lease : IAsyncDisposable
    {
        private readonly bool _isOwn;

        public Lease(InterceptorRegistration registration, ServerCallContext context) =>
            (Interceptor, _isOwn) = registration.Create(context.GetHttpContext().RequestServices);

        public Core.Interceptors.Interceptor Interceptor { get; }

        public ValueTask DisposeAsync() => _isOwn ? ServiceRelease.DisposeAsync(Interceptor) : ValueTask.CompletedTask;
    }
}
