using System.Diagnostics;
using Grpc.Core;
using LeadGrains.Grains.Tracing;
using Microsoft.AspNetCore.Http;

namespace LeadGrains.Gateway.Calls;

/// <summary>
/// The server's span of a call, or of one batch of a stream: it goes on with the trace that the caller's traceparent names. A
/// stream that names none has a trace of its own for each batch, so that sampling chooses among batches.
/// </summary>
internal static class CallSpans
{
    /// <summary>Null where nobody listens, or the call is not sampled.</summary>
    public static Activity? Begin(HttpContext http, string method) => Spans.Source.HasListeners() ? Start(http.Request.Headers, method) : null;

    /// <summary>Says how the call ended, and ends the span.</summary>
    public static void End(this Activity? span, StatusCode status)
    {
        if (span is null)
            return;
        span.SetTag("rpc.grpc.status_code", (int)status);
        if (status is StatusCode.Unknown or StatusCode.DeadlineExceeded or StatusCode.Unimplemented or StatusCode.Internal or StatusCode.Unavailable or StatusCode.DataLoss)
            span.SetStatus(ActivityStatusCode.Error);
        span.Dispose();
    }

    private static Activity? Start(IHeaderDictionary headers, string method)
    {
        // Without one it is empty, which begins a trace.
        _ = ActivityContext.TryParse(headers.TraceParent, headers.TraceState, isRemote: true, out var caller);

        // The web server's own activity is told to nobody: whatever hung on it would hang in the air.
        var around = Activity.Current;
        Activity.Current = null;
        var span = Spans.Source.StartActivity(method.TrimStart('/'), ActivityKind.Server, caller);
        if (span is null)
            Activity.Current = around;
        else
            span.SetTag("rpc.method", method);
        return span;
    }
}
