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
    private readonly double _ticksForOne;
    private readonly long _burstTicks;
    private long _fullAt;

    /// <param name="perSecond">From 1.</param>
    /// <param name="clock">Measures.</param>
    public TokenBucket(uint perSecond, TimeProvider clock)
    {
        _clock = clock;
        _ticksForOne = (double)clock.TimestampFrequency / perSecond;
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

    private long Paid(long fullAt, long now, int count) => Math.Max(fullAt, now) + (long)(count * _ticksForOne);

    // The bucket is empty when it takes all of the burst to fill it.
    private TimeSpan After(long untilFull) => untilFull <= _burstTicks - _ticksForOne
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds((untilFull - _burstTicks + _ticksForOne) / _clock.TimestampFrequency);
}
