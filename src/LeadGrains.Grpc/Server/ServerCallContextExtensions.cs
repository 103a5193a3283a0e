using Grpc.AspNetCore.Server.Internal;
using Microsoft.AspNetCore.Http;

namespace Grpc.Core;

/// <summary>From a served call to its HTTP request.</summary>
public static class ServerCallContextExtensions
{
    // Where contexts that stand around the server's own, and those of tests, put it.
    private const string UserStateKey = "__HttpContext";

    /// <summary>The HTTP request that carries the call. For reading: what is changed there, the call may not notice.</summary>
    /// <exception cref="InvalidOperationException">The context is not the server's own and does not say.</exception>
    public static HttpContext GetHttpContext(this ServerCallContext serverCallContext)
    {
        ArgumentNullException.ThrowIfNull(serverCallContext);
        if (serverCallContext is HttpServerCallContext served)
            return served.Http;
        return serverCallContext.UserState.TryGetValue(UserStateKey, out var http) && http is HttpContext context
            ? context
            : throw new InvalidOperationException("The context of the call does not know its HttpContext.");
    }
}
