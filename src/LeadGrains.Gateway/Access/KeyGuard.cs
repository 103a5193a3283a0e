using System.Globalization;
using Grpc.Core;
using LeadGrains.Gateway.Admission;
using LeadGrains.Gateway.Calls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LeadGrains.Gateway.Access;

/// <summary>Has callers show their key before anything of a gRPC call is read.</summary>
internal static class KeyGuard
{
    /// <summary>Before a service of the API: as the method itself would ask, once for both.</summary>
    public static void Guard(IEndpointConventionBuilder endpoints, CallGate gate) => endpoints.Add(endpoint => Guard(endpoint, http =>
    {
        // Who came by HTTP and JSON was asked there.
        if (http.Features.Get<Caller>() is null)
            gate.AdmitBeforeReading(http);
    }));

    /// <summary>Before endpoints that know nothing of keys: any that is in force.</summary>
    public static void Guard(IEndpointConventionBuilder endpoints, AccessDoor door) => endpoints.Add(endpoint =>
    {
        endpoint.Metadata.Add(new NeedsScope(KeyScopes.None));
        Guard(endpoint, http => door.Admit(http, KeyScopes.None));
    });

    private static void Guard(EndpointBuilder endpoint, Action<HttpContext> admit)
    {
        var guarded = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = http =>
        {
            try
            {
                admit(http);
            }
            catch (RpcException refusal)
            {
                return RefuseAsync(http, refusal);
            }

            return guarded(http);
        };
    }

    // A response of headers alone, as gRPC has it. The texts of refusals are ASCII without '%'.
    private static Task RefuseAsync(HttpContext http, RpcException refusal)
    {
        var response = http.Response;
        response.ContentType = "application/grpc";
        response.Headers.GrpcStatus = ((int)refusal.StatusCode).ToString(CultureInfo.InvariantCulture);
        response.Headers.GrpcMessage = refusal.Status.Detail;
        foreach (var entry in refusal.Trailers)
            response.Headers.Append(entry.Key, entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value);
        return HttpProtocol.IsHttp2(http.Request.Protocol)
            ? RefusedBody.EndAsync(http, http.RequestServices.GetRequiredService<TimeProvider>())
            : Task.CompletedTask;
    }
}
