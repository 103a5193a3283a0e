namespace LeadGrains.Gateway.Access;

/// <summary>
/// So many a second, and so many at once after a pause. It is let through as long as something is left, and may then take more
/// than that: what comes next waits until the debt is over. One number, changed without a lock: the instant at which the
/// bucket will be full again.
/// </summary>
internal sealed class TokenBucket
{
    // What comes at once after a pause, in seconds' worth.
    private const int BurstSeconds = 2;

    private readonly TimeProvider _clock;
    private readonly uint _perSecond;
    private readonly Func<int> _sharers;
    private readonly long _burstTicks;
    private long _fullAt;

    /// <param name="perSecond">From 1.</param>
    /// <param name="clock">Measures.</param>
    /// <param name="sharers">How many buckets share it now: each gives its part, and one a second at least. Null for this one alone.</param>
    public TokenBucket(uint perSecond, TimeProvider clock, Func<int>? sharers = null)
    {
        _clock = clock;
        _perSecond = perSecond;
        _sharers = sharers ?? (static () => 1);
        _burstTicks = BurstSeconds * clock.TimestampFrequency;
        _fullAt = clock.GetTimestamp();
    }

    /// <summary>How long until something is left; zero where something is.</summary>
    public TimeSpan Wait => After(Volatile.Read(ref _fullAt) - _clock.GetTimestamp());

    /// <summary>Takes so many where something is left. How long to wait for that else; zero where they were taken.</summary>
    public TimeSpan Take(int count)
    {
        var now = _clock.GetTimestamp();
        for (var seen = Volatile.Read(ref _fullAt); ;)
        {
            if (After(seen - now) is var wait && wait > TimeSpan.Zero)
                return wait;
            var was = Interlocked.CompareExchange(ref _fullAt, Paid(seen, now, count), seen);
            if (was == seen)
                return TimeSpan.Zero;
            seen = was;
        }
    }

    /// <summary>Takes so many, whatever is left.</summary>
    public void Spend(int count)
    {
        var now = _clock.GetTimestamp();
        for (var seen = Volatile.Read(ref _fullAt); ;)
        {
            var was = Interlocked.CompareExchange(ref _fullAt, Paid(seen, now, count), seen);
            if (was == seen)
                return;
            seen = was;
        }
    }

    private double TicksForOne => _clock.TimestampFrequency / Math.Max(1, (double)_perSecond / Math.Max(1, _sharers()));

    private long Paid(long fullAt, long now, int count) => Math.Max(fullAt, now) + (long)(count * TicksForOne);

    // The bucket is empty when it takes all of the burst to fill it.
    private TimeSpan After(long untilFull)
    {
        var missing = untilFull - _burstTicks + TicksForOne;
        return missing <= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(missing / _clock.TimestampFrequency);
    }
}
