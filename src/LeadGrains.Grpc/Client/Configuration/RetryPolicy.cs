using Grpc.Core;

namespace Grpc.Net.Client.Configuration;

/// <summary>
/// When a failed call is made again (gRFC A6). It never is once the server has begun to answer, so for a method that
/// changes something the policy must name only failures before the change, or the method must bear repetition.
/// </summary>
public sealed class RetryPolicy
{
    /// <summary>The most attempts, with the first; at least 2. The channel's <see cref="GrpcChannelOptions.MaxRetryAttempts"/> bounds it.</summary>
    public int? MaxAttempts { get; set; }

    /// <summary>The pause before the second attempt; each pause is taken at random within a fifth of what is set.</summary>
    public TimeSpan? InitialBackoff { get; set; }

    /// <summary>The longest pause.</summary>
    public TimeSpan? MaxBackoff { get; set; }

    /// <summary>How many times longer each pause is than the one before.</summary>
    public double? BackoffMultiplier { get; set; }

    /// <summary>The failures after which the call is made again; at least one, and not OK.</summary>
    public IList<StatusCode> RetryableStatusCodes { get; } = [];
}

/// <summary>
/// Stops retries while too many calls fail (gRFC A6): a failure takes one token, a success gives
/// <see cref="TokenRatio"/> back, and there are no retries while half the tokens or fewer are left.
/// </summary>
public sealed class RetryThrottlingPolicy
{
    /// <summary>The tokens of a channel at the start, and the most; 1 to 1,000.</summary>
    public int? MaxTokens { get; set; }

    /// <summary>The tokens that a success gives back; above 0, counted to three decimals.</summary>
    public double? TokenRatio { get; set; }
}
