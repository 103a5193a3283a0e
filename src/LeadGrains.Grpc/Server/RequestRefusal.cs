using Grpc.AspNetCore.Web.Internal;
using Grpc.Core;
using Grpc.Wire;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>Refuses requests that are no gRPC calls, with an HTTP status that other clients understand.</summary>
internal static class RequestRefusal
{
    /// <summary>True if the request was refused and answered.</summary>
    public static bool TryRefuse(HttpContext http)
    {
        if (!ProtocolNames.IsGrpc(http.Request.ContentType))
        {
            Refuse(http, StatusCodes.Status415UnsupportedMediaType, $"The content type '{http.Request.ContentType}' is not {ProtocolNames.ContentType}.");
            return true;
        }

        if (HttpProtocol.IsHttp2(http.Request.Protocol) || GrpcWebExchange.Carries(http))
            return false;
        http.Response.Headers.Upgrade = "h2c";
        Refuse(http, StatusCodes.Status426UpgradeRequired, $"gRPC needs HTTP/2, and this is {http.Request.Protocol}.");
        return true;
    }

    private static void Refuse(HttpContext http, int httpStatus, string detail)
    {
        http.Response.StatusCode = httpStatus;
        http.Response.ContentType = ProtocolNames.ContentType;
        StatusHeaders.Write(http.Response.Headers, new Status(StatusCode.Internal, detail));
    }
}
