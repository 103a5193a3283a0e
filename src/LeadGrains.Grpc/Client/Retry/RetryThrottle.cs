using Grpc.Net.Client.Configuration;

namespace Grpc.Net.Client.Internal;

/// <summary>The tokens of a channel that failures take and successes give back; with half of them gone there are no retries.</summary>
internal sealed class RetryThrottle
{
    // Thousandths, since the ratio counts to three decimals.
    private const int Token = 1000;
    private const int MostTokens = 1000;

    private readonly long _most;
    private readonly long _ratio;
    private long _tokens;

    /// <exception cref="InvalidOperationException">The policy lacks a value, or one is out of its range.</exception>
    public RetryThrottle(RetryThrottlingPolicy policy)
    {
        if (policy.MaxTokens is not (> 0 and <= MostTokens))
            throw new InvalidOperationException($"A retry throttling policy has {nameof(policy.MaxTokens)} from 1 to {MostTokens}.");
        if (policy.TokenRatio is not > 0)
            throw new InvalidOperationException($"A retry throttling policy has a {nameof(policy.TokenRatio)} above 0.");
        _tokens = _most = (long)policy.MaxTokens * Token;
        // As a decimal, since a double's 1.001 has no whole thousandths: what comes after the third is cut off.
        _ratio = Math.Min((long)((decimal)Math.Min(policy.TokenRatio.Value, MostTokens) * Token), _most);
    }

    public bool StopsRetries => Volatile.Read(ref _tokens) <= _most / 2;

    public void CountFailure() => Change(-Token);

    public void CountSuccess()
    {
        if (Volatile.Read(ref _tokens) < _most)
            Change(_ratio);
    }

    private void Change(long by)
    {
        while (true)
        {
            var tokens = Volatile.Read(ref _tokens);
            if (Interlocked.CompareExchange(ref _tokens, Math.Clamp(tokens + by, 0, _most), tokens) == tokens)
                return;
        }
    }
}
