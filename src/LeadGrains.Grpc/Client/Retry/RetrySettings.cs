using Grpc.Core;
using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>A retry policy that was checked.</summary>
/// <param name="MaxAttempts">The most attempts, with the first.</param>
/// <param name="Backoff">The pauses between them.</param>
/// <param name="Codes">The failures after which the call is made again.</param>
internal sealed record RetrySettings(int MaxAttempts, Backoff Backoff, IReadOnlySet<StatusCode> Codes)
{
    /// <exception cref="InvalidOperationException">The policy lacks a value, or one is out of its range.</exception>
    public static RetrySettings Of(RetryPolicy policy, int? mostAttempts)
    {
        if (policy.MaxAttempts is not > 1)
            throw new InvalidOperationException($"A retry policy has {nameof(policy.MaxAttempts)} above 1.");
        if (policy.RetryableStatusCodes.Count == 0 || policy.RetryableStatusCodes.Contains(StatusCode.OK))
            throw new InvalidOperationException($"A retry policy has {nameof(policy.RetryableStatusCodes)}, and OK is none.");
        if (policy.BackoffMultiplier is not > 0)
            throw new InvalidOperationException($"A retry policy has a {nameof(policy.BackoffMultiplier)} above 0.");
        return new RetrySettings(
            Math.Min(policy.MaxAttempts.Value, mostAttempts ?? int.MaxValue),
            new Backoff(Positive(policy.InitialBackoff), Positive(policy.MaxBackoff), policy.BackoffMultiplier.Value),
            policy.RetryableStatusCodes.ToHashSet());
    }

    private static TimeSpan Positive(TimeSpan? pause) => pause > TimeSpan.Zero
        ? pause.Value
        : throw new InvalidOperationException($"A retry policy has {nameof(RetryPolicy.InitialBackoff)} and {nameof(RetryPolicy.MaxBackoff)} above zero.");
}
