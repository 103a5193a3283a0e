using Grpc.Core;
using LeadGrains.Grains;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Watching;

namespace LeadGrains.Gateway.Calls;

/// <summary>
/// The one place where a fault becomes the status of a call: the caller's as INVALID_ARGUMENT with the fields, the
/// world's by its exception with a hint when to try again, ours as INTERNAL without a detail.
/// </summary>
internal static class Faults
{
    private const int ShownBytes = 64;

    private static readonly TimeSpan NotServingRetry = TimeSpan.FromSeconds(1);

    /// <summary>A request that is wrong as a whole, in at least one field.</summary>
    public static RpcException Invalid(params IReadOnlyList<FieldViolation> violations) =>
        Status(StatusCode.InvalidArgument, Summary(violations)).Because(FaultReasons.FieldInvalid).Violating(violations).ToException();

    /// <summary>A workspace has as many subscriptions as it may.</summary>
    public static RpcException WebhooksFull(int limit) => Status(
        StatusCode.ResourceExhausted, FormattableString.Invariant($"There are {limit:N0} webhooks already. Delete one that is not needed.")).Because(FaultReasons.WebhooksFull).ToException();

    /// <summary>What a request names by a key is not there.</summary>
    public static RpcException NotFound(string reason, string key, string value, string message) =>
        Status(StatusCode.NotFound, message).Because(reason, (key, value)).ToException();

    /// <summary>A caller's own word in a status message, which travels in a header and must not grow with what a caller sends.</summary>
    public static string Shown(string word) => FaultStatus.Cut(word, ShownBytes);

    /// <summary>The server has more work than it can take.</summary>
    public static RpcException Overloaded(TimeSpan? retryAfter) => Status(StatusCode.ResourceExhausted, new OverloadedException().Message)
        .Because(FaultReasons.QueueFull).RetryAfter(retryAfter).ToException();

    /// <summary>The node is not ready yet, or not any more.</summary>
    public static RpcException NotServing(ServingPhase phase) => phase == ServingPhase.Starting
        ? Unavailable("The server is starting.", FaultReasons.ServerStarting, NotServingRetry)
        : Unavailable("The server is shutting down.", FaultReasons.ServerDraining, NotServingRetry);

    /// <summary>The call ended before its answer: by its deadline, or because the caller left.</summary>
    public static RpcException Ended(ServerCallContext context, TimeProvider clock) =>
        context.Deadline <= clock.GetUtcNow().UtcDateTime
            ? new RpcException(new Status(StatusCode.DeadlineExceeded, "The deadline passed. What was sent may have been recorded; sending it again is safe."))
            : new RpcException(new Status(StatusCode.Cancelled, "The call was cancelled. What was sent may have been recorded; sending it again is safe."));

    /// <summary>The status for whatever a service threw.</summary>
    public static RpcException Of(Exception thrown, ServerCallContext context, TimeProvider clock) => thrown switch
    {
        BrokenRequestsException => Ended(context, clock),
        OperationCanceledException when context.CancellationToken.IsCancellationRequested => Ended(context, clock),
        _ => Of(thrown),
    };

    /// <summary>The status for whatever was thrown while the caller waited.</summary>
    public static RpcException Of(Exception thrown) => thrown switch
    {
        RpcException status => status,
        SignalBatchException fault => Invalid(new FieldViolation(fault.Field, fault.Message)),
        PageTokenException fault => Status(StatusCode.InvalidArgument, fault.Message)
            .Because(FaultReasons.PageTokenInvalid).Violating([new FieldViolation("page_token", fault.Message)]).ToException(),
        ResumeTokenException fault => Status(StatusCode.InvalidArgument, fault.Message)
            .Because(FaultReasons.ResumeTokenInvalid).Violating([new FieldViolation("resume_token", fault.Message)]).ToException(),
        TooManyWatchersException fault => Status(StatusCode.ResourceExhausted, fault.Message)
            .Because(FaultReasons.WatchersFull).RetryAfter(fault.RetryAfter).ToException(),
        UnknownFilterException fault => Status(StatusCode.InvalidArgument, fault.Message)
            .Because(FaultReasons.FilterWithoutColumn, ("trait", fault.Trait), ("model_key", fault.ModelKey))
            .Violating([new FieldViolation("filter.traits", fault.Message)]).ToException(),
        UnknownContactException fault => NotFound(FaultReasons.ContactNotFound, "contact_id", fault.Id, fault.Message),
        MergeRefusedException fault => Invalid(new FieldViolation(fault.Field, fault.Message)),
        HistoryTooLongException fault => Status(StatusCode.FailedPrecondition, fault.Message).Because(FaultReasons.HistoryTooLong).ToException(),
        ModelBusyException fault => Status(StatusCode.FailedPrecondition, fault.Message).Because(FaultReasons.ModelBusy).ToException(),
        ModelRoomException fault => Status(StatusCode.ResourceExhausted, fault.Message).Because(FaultReasons.ModelsFull).ToException(),
        PartitionsElsewhereException fault => Status(StatusCode.FailedPrecondition, fault.Message).Because(FaultReasons.PartitionsElsewhere).ToException(),
        NoShadowException fault => Status(StatusCode.FailedPrecondition, fault.Message).Because(FaultReasons.NoShadow).ToException(),
        OverloadedException fault => Overloaded(fault.RetryAfter),
        PartitionUnavailableException fault => Unavailable(fault.Message, FaultReasons.PartitionUnavailable, fault.RetryAfter),
        PartitionMovedException fault => Unavailable(fault.Message, FaultReasons.PartitionUnavailable, fault.RetryAfter),
        _ => new RpcException(new Status(StatusCode.Internal, "The server failed. Its log says why.")),
    };

    private static FaultStatus Status(StatusCode code, string message) => new(code, message);

    private static RpcException Unavailable(string message, string reason, TimeSpan? retryAfter) =>
        Status(StatusCode.Unavailable, message).Because(reason).RetryAfter(retryAfter).ToException();

    private static string Summary(IReadOnlyList<FieldViolation> violations) => violations.Count switch
    {
        1 => violations[0].Description,
        2 => $"{violations[0].Description}; one more field is wrong",
        _ => FormattableString.Invariant($"{violations[0].Description}; {violations.Count - 1:N0} more fields are wrong"),
    };
}
