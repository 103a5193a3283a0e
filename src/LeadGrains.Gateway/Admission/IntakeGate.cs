using System.Collections.Concurrent;
using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using LeadGrains.Gateway.Access;
using LeadGrains.Gateway.Calls;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Admission;

/// <summary>
/// Refuses calls beyond what can be taken on, by their headers alone: nothing of the body is read or copied. Streams pass: they
/// are held back by flow control.
/// </summary>
internal sealed class IntakeGate(Intake intake, GatewayMeters meters, TimeProvider clock)
{
    private const string RetryAfterSeconds = "1";

    // The same for all, and made once, so that refusing costs little.
    private static readonly RpcException Refusal = Faults.Overloaded(TimeSpan.FromSeconds(1));

    private static readonly (string Name, string Value)[] Trailers =
        [.. Refusal.Trailers.Select(entry => (entry.Key, entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value))];

    private static readonly string Code = ((int)StatusCode.ResourceExhausted).ToString(CultureInfo.InvariantCulture);
    private static readonly string Json = HttpFaults.Write(Refusal);

    // As many as there are endpoints.
    private readonly ConcurrentDictionary<Endpoint, CallLimit?> _limits = new();

    /// <summary>Lets the call in, or answers it.</summary>
    public Task PassAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not { } endpoint || _limits.GetOrAdd(endpoint, LimitOf) is not { } limit)
            return next(context);
        if (ReferenceEquals(limit, intake.Bringing) && intake.Bytes.IsFull)
            return RefuseAsync(context, endpoint);
        return limit.TryEnter() ? ServeAsync(context, next, limit) : RefuseAsync(context, endpoint);
    }

    private static async Task ServeAsync(HttpContext context, RequestDelegate next, CallLimit limit)
    {
        try
        {
            await next(context);
        }
        finally
        {
            limit.Leave();
        }
    }

    private CallLimit? LimitOf(Endpoint endpoint)
    {
        if (endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is { } served)
            return served.Method.Type == MethodType.Unary && MethodScopes.Knows(served.Method.FullName) ? intake.LimitOf(MethodScopes.Of(served.Method.FullName)) : null;

        // What tells how the server is must be told while it is busy.
        return endpoint.Metadata.GetMetadata<NeedsScope>() is { Scopes: KeyScopes.Ingest } ? intake.Bringing : null;
    }

    private Task RefuseAsync(HttpContext context, Endpoint endpoint)
    {
        var response = context.Response;
        if (endpoint.Metadata.GetMetadata<GrpcMethodMetadata>() is { } served)
            meters.Answered(served.Method.FullName, StatusCode.ResourceExhausted, TimeSpan.Zero);
        if (context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true)
        {
            response.ContentType = "application/grpc";
            response.Headers.GrpcStatus = Code;
            response.Headers.GrpcMessage = Refusal.Status.Detail;
            foreach (var (name, value) in Trailers)
                response.Headers[name] = value;
            return HttpProtocol.IsHttp2(context.Request.Protocol) ? RefusedBody.EndAsync(context, clock) : Task.CompletedTask;
        }

        return RefuseByJsonAsync(context);
    }

    private async Task RefuseByJsonAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = RetryAfterSeconds;
        response.ContentType = "application/json";
        await response.WriteAsync(Json, context.RequestAborted);
        if (HttpProtocol.IsHttp2(context.Request.Protocol))
            await RefusedBody.EndAsync(context, clock);
    }
}
