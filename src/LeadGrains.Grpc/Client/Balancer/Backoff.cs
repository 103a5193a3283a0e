namespace Grpc.Net.Client.Internal;

/// <summary>
/// Pauses that grow by a factor up to a bound, each taken at random within a fifth: those of gRFC A6 between attempts,
/// and those of gRPC's document "Connection Backoff" between connections.
/// </summary>
internal sealed record Backoff(TimeSpan Initial, TimeSpan Longest, double Factor)
{
    private const double Jitter = 0.2;

    // The longest that timers wait.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(int.MaxValue);

    /// <summary>The pause after that many pauses before it.</summary>
    /// <param name="before">How many there were; 0 or more.</param>
    /// <param name="chance">A number from 0 to below 1.</param>
    public TimeSpan Pause(int before, double chance)
    {
        var length = Math.Min(Initial.TotalMilliseconds * Math.Pow(Factor, before), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Min(length * (1 - Jitter + (2 * Jitter * chance)), LongestTimer.TotalMilliseconds));
    }
}
