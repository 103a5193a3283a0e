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
    private bool _isMapped;

    public void MapOnce(IEndpointRouteBuilder routes)
    {
        if (_isMapped)
            return;
        _isMapped = true;
        var pattern = RoutePatternFactory.Parse(
            "{service}/{method}",
            defaults: null,
            parameterPolicies: new RouteValueDictionary { ["method"] = new GrpcOnly() });
        routes.Map(pattern, Refuse).WithDisplayName("gRPC - unknown method").WithOrder(int.MaxValue);
    }

    private static Task Refuse(HttpContext http)
    {
        http.Response.Headers.ContentType = ProtocolNames.ContentType;
        StatusHeaders.Write(http.Response.Headers, new Status(StatusCode.Unimplemented, $"The method {http.Request.Path} does not exist."));
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
