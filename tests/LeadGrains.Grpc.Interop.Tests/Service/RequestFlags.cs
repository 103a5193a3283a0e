using Grpc.Core;
using Grpc.Testing;
using LeadGrains.Grpc.Interop.Tests.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Grpc.Interop.Tests.Service;

/// <summary>
/// Which messages of the request came compressed. A service of gRPC cannot ask, so a middleware in front of it reads
/// the flags from the body.
/// </summary>
public sealed class RequestFlags
{
    private readonly MessageFlags _flags = new();

    public static Task WatchAsync(HttpContext http, RequestDelegate next)
    {
        var flags = http.RequestServices.GetRequiredService<RequestFlags>();
        http.Request.Body = new WatchedStream(http.Request.Body, flags._flags);
        return next(http);
    }

    /// <summary>Refuses a message that is compressed where it must not be, or the other way round.</summary>
    /// <param name="message">The message's place in the request, from 0.</param>
    /// <param name="expected">What the message says of itself; null where it says nothing.</param>
    public void Check(int message, BoolValue? expected)
    {
        if (expected is not null && expected.Value != _flags.Seen[message])
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"Message {message} should be compressed: {expected.Value}, and is: {!expected.Value}."));
        }
    }
}
