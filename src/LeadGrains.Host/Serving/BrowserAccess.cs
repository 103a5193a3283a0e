using System.Collections.Frozen;

namespace LeadGrains.Host.Serving;

/// <summary>Lets pages of the origins that the operator names call the gateway over gRPC-Web, and no other pages.</summary>
internal static class BrowserAccess
{
    /// <summary>In place of origins: every page may call.</summary>
    public const string AnyOrigin = "*";

    /// <summary>What a page may read of an answer's headers.</summary>
    private static readonly string[] Exposed =
        ["grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-retry-pushback-ms", "grpc-encoding", "grpc-accept-encoding"];

    /// <summary>How long a browser need not ask again. Browsers take no more.</summary>
    private static readonly TimeSpan PreflightTime = TimeSpan.FromHours(2);

    public static void Add(IServiceCollection services, IReadOnlyList<string> origins) =>
        services.AddCors(cors => cors.AddDefaultPolicy(policy =>
        {
            _ = origins.Contains(AnyOrigin) ? policy.AllowAnyOrigin() : policy.WithOrigins([.. origins]);
            policy.WithMethods(HttpMethods.Post).AllowAnyHeader().WithExposedHeaders(Exposed).SetPreflightMaxAge(PreflightTime);
        }));

    public static void Use(WebApplication app, IReadOnlyList<string> origins) => app.UseWhen(MayBeBrowser, browsers =>
    {
        if (!origins.Contains(AnyOrigin))
        {
            var named = origins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
            browsers.Use(next => http => IsForeign(http.Request, named) ? RefuseAsync(http.Response) : next(http));
        }

        browsers.UseCors();
        browsers.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
    });

    /// <summary>An origin as browsers send it, such as https://app.example.com.</summary>
    public static bool TryReadOrigin(string text, out string origin)
    {
        origin = text;
        if (text == AnyOrigin)
        {
            return true;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/" || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            return false;
        }

        origin = uri.GetLeftPart(UriPartial.Authority);
        return true;
    }

    // CORS alone lets a foreign page's request run and only hides the answer, and does not see a page whose own name was
    // pointed at this server's address. But with a POST every browser says which page sent it, and other clients send no
    // Origin. The Host header is left alone: proxies and port mappings change it.
    private static bool IsForeign(HttpRequest request, FrozenSet<string> named) =>
        HttpMethods.IsPost(request.Method) && request.Headers.Origin is { Count: > 0 } sent && !sent.All(origin => named.Contains(origin ?? ""));

    private static Task RefuseAsync(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status403Forbidden;
        return response.WriteAsync("Pages of this origin may not call. `leadgrains serve --web-origin ORIGIN` lets them.\n");
    }

    // No browser speaks HTTP/2 without TLS, so a plain gRPC port stays as it is.
    private static bool MayBeBrowser(HttpContext http) => http.Request.IsHttps || !HttpProtocol.IsHttp2(http.Request.Protocol);
}
