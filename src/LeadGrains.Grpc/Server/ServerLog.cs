using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>What the server logs.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Error, "{Method} failed.")]
    public static partial void MethodFailed(ILogger logger, string method, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "{Method} was cancelled.")]
    public static partial void MethodCancelled(ILogger logger, string method, Exception exception);

    // Not the detail: it is for the caller, and may name whom the call was about.
    [LoggerMessage(3, LogLevel.Debug, "{Method} ended with {Code}.")]
    public static partial void MethodRefused(ILogger logger, string method, StatusCode code);

    [LoggerMessage(4, LogLevel.Error, "A call could not be ended in order at its deadline.")]
    public static partial void DeadlineFailed(ILogger logger, Exception exception);

    [LoggerMessage(5, LogLevel.Debug, "A request over {Protocol} is no gRPC call.")]
    public static partial void NotGrpc(ILogger logger, string protocol);
}
