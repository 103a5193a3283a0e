namespace Grpc.Core;

/// <summary>What of a served call passes on to the calls it makes.</summary>
/// <param name="propagateDeadline">Its deadline.</param>
/// <param name="propagateCancellation">Its cancellation.</param>
public class ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
{
    /// <summary>True if the deadline passes on.</summary>
    public bool IsPropagateDeadline { get; } = propagateDeadline;

    /// <summary>True if cancellation passes on.</summary>
    public bool IsPropagateCancellation { get; } = propagateCancellation;
}

/// <summary>
/// A served call's context for the calls it makes. This library makes none, as Grpc.AspNetCore makes none:
/// give <see cref="ServerCallContext.Deadline"/> and <see cref="ServerCallContext.CancellationToken"/> to the call.
/// </summary>
public abstract class ContextPropagationToken
{
    private protected ContextPropagationToken()
    {
    }
}
