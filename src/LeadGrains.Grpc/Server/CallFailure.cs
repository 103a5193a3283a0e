using Google.Protobuf;
using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>The one place that turns exceptions into the status of a served call.</summary>
internal static class CallFailure
{
    private const string Unexpected = "Exception was thrown by handler.";

    /// <summary>The status of a call whose method threw. The trailers of an <see cref="RpcException"/> join the call's.</summary>
    public static Status StatusOf(Exception exception, HttpServerCallContext context)
    {
        switch (exception)
        {
            case RpcException refused:
                // They may be the call's own already, and then join nothing.
                if (refused.Trailers != context.ResponseTrailers)
                {
                    foreach (var entry in refused.Trailers)
                        context.ResponseTrailers.Add(entry);
                }

                return refused.Status;
            case OperationCanceledException or IOException when context.IsBroken || context.CancellationToken.IsCancellationRequested:
                return Status.DefaultCancelled;
            default:
                return new Status(StatusCode.Unknown, Detail(exception, context.Runtime.Options), exception);
        }
    }

    /// <summary>Logs the failure of a call by what its status became.</summary>
    public static void Tell(Exception exception, Status status, HttpServerCallContext context)
    {
        var logger = context.Runtime.Logger;
        if (exception is RpcException)
            ServerLog.MethodRefused(logger, context.Method, status.StatusCode);
        else if (status.StatusCode == StatusCode.Cancelled)
            ServerLog.MethodCancelled(logger, context.Method, exception);
        else
            ServerLog.MethodFailed(logger, context.Method, exception);
    }

    /// <summary>True if a marshaller says with this exception that the bytes are no message of its type.</summary>
    public static bool IsUnreadable(Exception exception) => exception is InvalidProtocolBufferException or InvalidDataException;

    /// <summary>The refusal of a request message that is none.</summary>
    public static RpcException Unreadable(Exception exception) =>
        new(new Status(StatusCode.InvalidArgument, $"The request message cannot be parsed: {exception.Message}", exception));

    private static string Detail(Exception exception, GrpcServiceOptions options) =>
        options.EnableDetailedErrors == true ? $"{Unexpected} {exception.GetType().Name}: {exception.Message}" : Unexpected;
}
