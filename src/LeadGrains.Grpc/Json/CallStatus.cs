using System.Globalization;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace Grpc.AspNetCore.Json;

/// <summary>How a call ended, as gRPC writes it and as HTTP says it.</summary>
internal static class CallStatus
{
    public const string StatusHeader = "grpc-status";

    private const string MessageHeader = "grpc-message";
    private const string DetailsHeader = "grpc-status-details-bin";
    private const int ClientClosedRequest = 499;

    /// <summary>The status in trailers; null if they have none.</summary>
    public static Google.Rpc.Status? Read(IHeaderDictionary trailers)
    {
        if (!int.TryParse(trailers[StatusHeader].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            return null;
        var details = Details(trailers[DetailsHeader].ToString());
        return new Google.Rpc.Status(details ?? new Google.Rpc.Status()) { Code = code, Message = Uri.UnescapeDataString(trailers[MessageHeader].ToString()) };
    }

    /// <summary>The status that an exception stands for.</summary>
    public static Google.Rpc.Status Of(RpcException exception) => new(exception.GetRpcStatus() ?? new Google.Rpc.Status())
    {
        Code = (int)exception.StatusCode,
        Message = exception.Status.Detail ?? "",
    };

    /// <summary>The mapping of google.rpc.Code.</summary>
    public static int HttpStatusOf(int code) => (StatusCode)code switch
    {
        StatusCode.OK => StatusCodes.Status200OK,
        StatusCode.Cancelled => ClientClosedRequest,
        StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.OutOfRange => StatusCodes.Status400BadRequest,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        StatusCode.NotFound => StatusCodes.Status404NotFound,
        StatusCode.AlreadyExists or StatusCode.Aborted => StatusCodes.Status409Conflict,
        StatusCode.PermissionDenied => StatusCodes.Status403Forbidden,
        StatusCode.Unauthenticated => StatusCodes.Status401Unauthorized,
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unimplemented => StatusCodes.Status501NotImplemented,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    /// <summary>Whole seconds to wait before the next attempt, at least 1; null where the status does not say.</summary>
    public static string? RetryAfter(Google.Rpc.Status status)
    {
        foreach (var detail in status.Details)
        {
            if (detail.TryUnpack<RetryInfo>(out var retry) && retry.RetryDelay is { } delay)
                return Math.Max(1, Math.Ceiling(delay.ToTimeSpan().TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return null;
    }

    private static Google.Rpc.Status? Details(string base64)
    {
        var padded = base64.PadRight((base64.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length / 4 * 3];
        if (base64.Length == 0 || !Convert.TryFromBase64String(padded, bytes, out var length))
            return null;
        try
        {
            return Google.Rpc.Status.Parser.ParseFrom(bytes, 0, length);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
