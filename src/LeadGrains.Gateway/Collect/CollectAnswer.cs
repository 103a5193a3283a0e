using System.Globalization;
using System.Text.Json;
using Grpc.Core;
using LeadGrains.Gateway.Calls;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Collect;

/// <summary>What SDKs get back: never nothing, since some take an empty answer for a fault.</summary>
internal static class CollectAnswer
{
    // A server that ends is back soon. Senders that heed this come again then, and those that count their tries lose none.
    private const int NotServingSeconds = 5;

    private static readonly byte[] Taken = "{}"u8.ToArray();

    public static Task TakenAsync(HttpContext http) => WriteAsync(http, StatusCodes.Status200OK, Taken);

    /// <summary>Says that the request was not taken, and when to come again where that makes sense.</summary>
    public static Task RefusedAsync(HttpContext http, CollectRoute route, RpcException fault)
    {
        var (status, isTransient) = fault.StatusCode switch
        {
            StatusCode.ResourceExhausted => (StatusCodes.Status429TooManyRequests, true),
            // Of these Segment's SDKs heed Retry-After only with 429.
            StatusCode.Unavailable => (route.Form == CollectForm.CloudEvents ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status429TooManyRequests, true),
            StatusCode.Unauthenticated => (StatusCodes.Status401Unauthorized, false),
            StatusCode.PermissionDenied => (StatusCodes.Status403Forbidden, false),
            StatusCode.InvalidArgument => (StatusCodes.Status400BadRequest, false),
            _ => (StatusCodes.Status500InternalServerError, false),
        };
        if (isTransient)
            http.Response.Headers.RetryAfter = SecondsOf(fault).ToString(CultureInfo.InvariantCulture);
        return RefusedAsync(http, status, fault.Status.Detail);
    }

    public static Task RefusedAsync(HttpContext http, int status, string message) =>
        WriteAsync(http, status, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["message"] = message }, CollectJson.Default.DictionaryStringString));

    private static long SecondsOf(RpcException fault)
    {
        var hint = fault.Trailers.FirstOrDefault(trailer => trailer.Key == FaultStatus.RetryPushback)?.Value;
        var seconds = long.TryParse(hint, CultureInfo.InvariantCulture, out var milliseconds) ? (milliseconds + 999) / 1_000 : 1;
        return Math.Max(fault.StatusCode == StatusCode.Unavailable ? NotServingSeconds : 1, seconds);
    }

    private static Task WriteAsync(HttpContext http, int status, byte[] body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body).AsTask();
    }
}
