using System.Net;

namespace LeadGrains.Host.Serving;

/// <summary>Tells what this machine asks from what is asked through it.</summary>
internal static class ThisMachine
{
    /// <summary>
    /// Whether a program on this machine asks for itself: a proxy on it passes on what others ask, and a browser on it shows pages
    /// of others. A proxy that adds no header is known by HTTP/1.0, which some speak to what is behind them unless told
    /// otherwise; one that speaks HTTP/1.1 and adds none cannot be told from a program.
    /// </summary>
    public static bool Asks(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller)
        && !HttpProtocol.IsHttp10(context.Request.Protocol)
        && context.Request.Headers is { Origin.Count: 0 } headers
        && !headers.ContainsKey("Forwarded") && !headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("Via")
        && !BrowserAccess.IsNameOfOthers(context.Request.Host.Host);
}
