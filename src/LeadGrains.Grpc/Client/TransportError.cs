using Google.Protobuf;
using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>The one place that turns exceptions of the HTTP client into the status of a call.</summary>
internal static class TransportError
{
    public static Status StatusOf(Exception exception) => exception switch
    {
        RpcException told => told.Status,
        OperationCanceledException { InnerException: TimeoutException } => Describe(StatusCode.Unavailable, exception),
        OperationCanceledException => new Status(StatusCode.Cancelled, "The call was cancelled.", exception),

        // Before IOException, which the first of them derives from.
        InvalidProtocolBufferException or InvalidDataException => new Status(StatusCode.Internal, $"The response message cannot be parsed: {exception.Message}", exception),
        HttpProtocolException broken => Describe(CodeOf(broken), exception),
        HttpRequestException { InnerException: HttpProtocolException broken } => Describe(CodeOf(broken), exception),
        HttpRequestException or IOException => Describe(StatusCode.Unavailable, exception),
        ObjectDisposedException => Describe(StatusCode.Unavailable, exception),
        _ => Describe(StatusCode.Internal, exception),
    };

    /// <summary>True if no connection came about, so that the server has seen nothing of the request.</summary>
    /// <param name="exception">How the request failed.</param>
    /// <param name="onlyConnectingTimesOut">False where a timeout may be one of the whole request, as an <see cref="HttpClient"/> has it.</param>
    public static bool IsOfConnecting(Exception exception, bool onlyConnectingTimesOut) => exception switch
    {
        OperationCanceledException { InnerException: TimeoutException } => onlyConnectingTimesOut,
        HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.VersionNegotiationError,
        } => true,
        _ => false,
    };

    /// <summary>The mapping of the protocol's document "Errors".</summary>
    private static StatusCode CodeOf(HttpProtocolException broken) => broken.ErrorCode switch
    {
        // The HTTP client reports a peer that answers no ping as it does a real PROTOCOL_ERROR, but for the text.
        _ when broken.Message.Contains("KeepAlivePing", StringComparison.Ordinal) => StatusCode.Unavailable,

        // NO_ERROR. Of a connection that the server closes in good order, too, the HTTP client tells with it, but in other words.
        0x0 when !broken.Message.Contains("reset the stream", StringComparison.Ordinal) => StatusCode.Unavailable,
        0x7 => StatusCode.Unavailable, // REFUSED_STREAM
        0x8 => StatusCode.Cancelled, // CANCEL
        0xb => StatusCode.ResourceExhausted, // ENHANCE_YOUR_CALM
        0xc => StatusCode.PermissionDenied, // INADEQUATE_SECURITY
        _ => StatusCode.Internal,
    };

    private static Status Describe(StatusCode code, Exception exception) =>
        new(code, $"{exception.GetType().Name}: {exception.Message}", exception);
}
