using System.Globalization;
using Grpc.Core;
using LeadGrains.Grains;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Gateway.Calls;

/// <summary>
/// The one place where a fault becomes the status of a call: the caller's as INVALID_ARGUMENT with the field, the
/// world's by its exception with a hint when to try again, ours as INTERNAL without a detail.
/// </summary>
internal static class Faults
{
    /// <summary>The trailer that tells a client in milliseconds when to try again (gRPC retry design, A6).</summary>
    public const string RetryPushback = "grpc-retry-pushback-ms";

    private const int ShownLetters = 64;

    private static readonly TimeSpan NotServingRetry = TimeSpan.FromSeconds(1);

    /// <summary>A request that is wrong as a whole.</summary>
    public static RpcException Invalid(string field, string description) => Invalid(new FieldViolation(field, description));

    /// <inheritdoc cref="Invalid(string, string)"/>
    public static RpcException Invalid(FieldViolation violation) =>
        new(new Status(StatusCode.InvalidArgument, violation.Description));

    public static RpcException NotFound(string message) => new(new Status(StatusCode.NotFound, message));

    /// <summary>A caller's own word in a status message, which travels in a header and must not grow with what a caller sends.</summary>
    public static string Shown(string word) => word.Length <= ShownLetters ? word : $"{word.AsSpan(0, ShownLetters)}...";

    /// <summary>The node is not ready yet, or not any more.</summary>
    public static RpcException NotServing(ServingPhase phase) => WithRetry(
        StatusCode.Unavailable,
        phase == ServingPhase.Starting ? "The server is starting." : "The server is shutting down.",
        NotServingRetry);

    /// <summary>The call ended before its answer: by its deadline, or because the caller left.</summary>
    public static RpcException Ended(ServerCallContext context, TimeProvider clock) =>
        context.Deadline <= clock.GetUtcNow().UtcDateTime
            ? new RpcException(new Status(StatusCode.DeadlineExceeded, "The deadline passed. What was sent may have been recorded; sending it again is safe."))
            : new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled. What was sent may have been recorded; sending it again is safe."));

    /// <summary>The status for whatever a service threw.</summary>
    public static RpcException Of(Exception thrown, ServerCallContext context, TimeProvider clock) => thrown switch
    {
        RpcException status => status,
        SignalBatchException fault => Invalid(fault.Field, fault.Message),
        PageTokenException fault => Invalid("page_token", fault.Message),
        UnknownFilterException fault => Invalid("filter.traits", fault.Message),
        AsOfTooEarlyException fault => new RpcException(new Status(StatusCode.Unimplemented, fault.Message)),
        OverloadedException fault => WithRetry(StatusCode.ResourceExhausted, fault.Message, fault.RetryAfter),
        PartitionUnavailableException fault => WithRetry(StatusCode.Unavailable, fault.Message, fault.RetryAfter),
        OperationCanceledException when context.CancellationToken.IsCancellationRequested => Ended(context, clock),
        _ => new RpcException(new Status(StatusCode.Internal, "The server failed. Its log says why.")),
    };

    private static RpcException WithRetry(StatusCode code, string message, TimeSpan? retryAfter)
    {
        if (retryAfter is not { } wait)
            return new RpcException(new Status(code, message));
        var milliseconds = Math.Max(1, (long)Math.Ceiling(wait.TotalMilliseconds));
        return new RpcException(
            new Status(code, message),
            new Metadata { { RetryPushback, milliseconds.ToString(CultureInfo.InvariantCulture) } });
    }
}
