using System.Runtime.InteropServices;

namespace Grpc.Core.Interceptors;

#pragma warning disable CA1815 // The official type compares nothing.
/// <summary>What a client's interceptor knows of a call. Pass on another one to change it.</summary>
/// <typeparam name="TRequest">The request message.</typeparam>
/// <typeparam name="TResponse">The response message.</typeparam>
/// <param name="method">The method to call.</param>
/// <param name="host">The host to name as <c>:authority</c>; null for the channel's.</param>
/// <param name="options">What the caller said about the call.</param>
[StructLayout(LayoutKind.Auto)]
public struct ClientInterceptorContext<TRequest, TResponse>(Method<TRequest, TResponse> method, string? host, CallOptions options)
    where TRequest : class
    where TResponse : class
#pragma warning restore CA1815
{
    /// <summary>The method to call.</summary>
    public Method<TRequest, TResponse> Method { get; } = method;

    /// <summary>The host to name as <c>:authority</c>; null for the channel's.</summary>
    public string? Host { get; } = host;

    /// <summary>What the caller said about the call.</summary>
    public CallOptions Options { get; } = options;
}
