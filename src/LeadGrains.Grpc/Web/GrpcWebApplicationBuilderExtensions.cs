using Grpc.AspNetCore.Web.Internal;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Lets browsers call gRPC services, over HTTP/1.1 too.</summary>
public static class GrpcWebApplicationBuilderExtensions
{
    /// <summary>Answers gRPC-Web at the endpoints that say <c>EnableGrpcWeb</c>. Comes after routing and CORS.</summary>
    public static IApplicationBuilder UseGrpcWeb(this IApplicationBuilder builder) => builder.UseGrpcWeb(new GrpcWebOptions());

    /// <summary>Answers gRPC-Web as the options say. Comes after routing and CORS.</summary>
    public static IApplicationBuilder UseGrpcWeb(this IApplicationBuilder builder, GrpcWebOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        return builder.Use(next => new GrpcWebMiddleware(next, options).InvokeAsync);
    }
}
