using System.Collections.Frozen;
using System.Net;
using LeadGrains.Gateway.Access;
using Microsoft.AspNetCore.Cors.Infrastructure;

namespace LeadGrains.Host.Serving;

/// <summary>Lets pages call, over gRPC-Web or JSON, that the operator names or that have a key of their own, and no other pages.</summary>
internal static class BrowserAccess
{
    /// <summary>In place of origins: every page may call.</summary>
    public const string AnyOrigin = "*";

    private const string ForeignPage = "Pages of this origin may not call. `leadgrains serve --web-origin ORIGIN` lets them, and so does a key of their own.";
    private const string ForeignName = "The Host of the request is not a name of this machine. `leadgrains serve --web-origin http://NAME:PORT` makes it one, and where keys are asked for any will do.";

    /// <summary>What a page may read of an answer's headers.</summary>
    private static readonly string[] Exposed =
        ["grpc-status", "grpc-message", "grpc-status-details-bin", "grpc-retry-pushback-ms", "grpc-encoding", "grpc-accept-encoding", "retry-after"];

    /// <summary>How long a browser need not ask again. Browsers take no more.</summary>
    private static readonly TimeSpan PreflightTime = TimeSpan.FromHours(2);

    public static void Add(IServiceCollection services, IReadOnlyList<string> origins)
    {
        services.AddCors();
        services.AddOptions<CorsOptions>().Configure<AccessDoor>((cors, door) => cors.AddDefaultPolicy(policy =>
        {
            // A preflight carries no key, so it is answered for the pages of all keys; the call itself is checked against its own.
            var named = origins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
            _ = named.Contains(AnyOrigin)
                ? policy.AllowAnyOrigin()
                : policy.SetIsOriginAllowed(origin => named.Contains(origin) || door.AllowsOrigin(origin));
            policy.WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete)
                .AllowAnyHeader().WithExposedHeaders(Exposed).SetPreflightMaxAge(PreflightTime);
        }));
    }

    public static void Use(WebApplication app, IReadOnlyList<string> origins) => app.UseWhen(MayBeBrowser, browsers =>
    {
        if (!origins.Contains(AnyOrigin))
        {
            var named = origins.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
            var door = app.Services.GetRequiredService<AccessDoor>();
            browsers.Use(next => http =>
                IsForeign(http.Request, named, door) || IsOfOtherSite(http, named, door) ? RefuseAsync(http.Response, ForeignPage)
                : IsMisled(http, named, door) ? RefuseAsync(http.Response, ForeignName)
                : next(http));
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
    // pointed at this server's address. But with what changes something every browser says which page sent it, and other
    // clients send no Origin. The Host header is left alone: proxies and port mappings change it.
    private static bool IsForeign(HttpRequest request, FrozenSet<string> named, AccessDoor door) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && !HttpMethods.IsOptions(request.Method)
        && request.Headers.Origin is { Count: > 0 } sent
        && !sent.All(origin => named.Contains(origin ?? "") || (sent.Count == 1 && door.AllowsOrigin(origin ?? "")));

    // Where no key is asked for, programs on this machine may see all, and a browser is one of them. What a page from elsewhere
    // has it load, such as a picture, carries no Origin, but browsers say whom it is for. The page may not read the answer; but
    // some questions are recorded, and all cost time.
    private static bool IsOfOtherSite(HttpContext http, FrozenSet<string> named, AccessDoor door) => IsOpen(http, door)
        && (http.Request.Headers.Origin is { Count: > 0 } sent
            ? !sent.All(origin => named.Contains(origin ?? ""))
            : http.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site");

    // To GET something from where it thinks that it came from, a page sends neither, and only the name that it was loaded by
    // tells it from programs.
    private static bool IsMisled(HttpContext http, FrozenSet<string> named, AccessDoor door) => IsOpen(http, door)
        && !http.Request.IsHttps
        && http.Connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local)
        && IsNameOfOthers(http.Request.Host.Host) && !named.Contains($"http://{http.Request.Host}");

    private static bool IsOpen(HttpContext http, AccessDoor door) =>
        !door.AsksForKeys && http.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<PublicRoute>() is null;

    /// <summary>
    /// Whether a host is named as anybody's can be: with a dot, but for those that are reserved. One without is of this machine
    /// or its network.
    /// </summary>
    public static bool IsNameOfOthers(string host) =>
        host.Contains('.', StringComparison.Ordinal) && !IPAddress.TryParse(host.Trim('[', ']'), out _)
        && !host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase) && !host.EndsWith(".internal", StringComparison.OrdinalIgnoreCase);

    private static Task RefuseAsync(HttpResponse response, string message)
    {
        response.StatusCode = StatusCodes.Status403Forbidden;
        response.ContentType = "application/json";
        return response.WriteAsync($$"""{ "code": 7, "message": "{{message}}", "details": [ ] }""");
    }

    // No browser speaks HTTP/2 without TLS, so a plain gRPC port stays as it is.
    private static bool MayBeBrowser(HttpContext http) => http.Request.IsHttps || !HttpProtocol.IsHttp2(http.Request.Protocol);
}
