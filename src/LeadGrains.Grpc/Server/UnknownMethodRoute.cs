using Grpc.AspNetCore.Web.Internal;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Answers gRPC calls to methods that no service has with UNIMPLEMENTED. Other requests pass by.</summary>
internal sealed class UnknownMethodRoute
{
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);

    /// <summary>Maps the route with the first services; later ones are only remembered.</summary>
    public void Map(IEndpointRouteBuilder routes, IEnumerable<string> services)
    {
        var isMapped = _services.Count > 0;
        _services.UnionWith(services);
        if (isMapped)
            return;
        var pattern = RoutePatternFactory.Parse(
            "{service}/{method}",
            defaults: null,
            parameterPolicies: new RouteValueDictionary { ["method"] = new GrpcOnly() });
        routes.Map(pattern, Refuse).WithDisplayName("gRPC - unknown method").WithOrder(int.MaxValue);
    }

    private Task Refuse(HttpContext http)
    {
        var (service, method) = (http.GetRouteValue("service"), http.GetRouteValue("method"));
        var detail = _services.Contains((string)service!) ? $"The service {service} has no method {method}." : $"There is no service {service}.";
        http.Response.Headers.ContentType = ProtocolNames.ContentType;
        StatusHeaders.Write(http.Response.Headers, new Status(StatusCode.Unimplemented, detail));
        return Task.CompletedTask;
    }

    private sealed class GrpcOnly : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            httpContext is not null
            && HttpMethods.IsPost(httpContext.Request.Method)
            && (ProtocolNames.IsGrpc(httpContext.Request.ContentType) || GrpcWebContentType.TryParse(httpContext.Request.ContentType, out _));
    }
}
