using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Web.Internal;

/// <summary>
/// Lets a gRPC-Web call pass through the server as a gRPC call, and leaves all other requests alone.
/// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
/// </summary>
internal sealed class GrpcWebMiddleware(RequestDelegate next, GrpcWebOptions options)
{
    public Task InvokeAsync(HttpContext http) =>
        GrpcWebContentType.TryParse(http.Request.ContentType, out var type) && HttpMethods.IsPost(http.Request.Method) && IsEnabled(http)
            ? ServeAsync(http, type)
            : next(http);

    private bool IsEnabled(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<IGrpcWebEnabledMetadata>()?.GrpcWebEnabled ?? options.DefaultEnabled;

    private async Task ServeAsync(HttpContext http, GrpcWebContentType type)
    {
        var exchange = new GrpcWebExchange(http, type, type.OfAnswer(http.Request.Headers.Accept));
        try
        {
            await next(http);
            await exchange.WriteEndAsync();
        }
        finally
        {
            exchange.Detach();
        }
    }
}
