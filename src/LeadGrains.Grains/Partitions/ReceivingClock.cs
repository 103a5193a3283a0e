using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// The receiving clock. It never goes back, neither while the node runs nor, by <see cref="NotBefore"/>, over a
/// restart, so that no query is asked for an instant before what has been applied. Any thread.
/// </summary>
internal sealed class ReceivingClock(TimeProvider clock)
{
    private long _newest = long.MinValue;

    /// <summary>The instant, at least the newest that was ever given.</summary>
    public Instant Now()
    {
        var now = Instant.FromDateTimeOffset(clock.GetUtcNow()).Ticks;
        while (true)
        {
            var newest = Interlocked.Read(ref _newest);
            if (now <= newest)
                return new Instant(newest);
            if (Interlocked.CompareExchange(ref _newest, now, newest) == newest)
                return new Instant(now);
        }
    }

    /// <summary>What is loaded or replayed was received at that instant, or later: the clock stands there at least.</summary>
    public void NotBefore(Instant seen)
    {
        var newest = Interlocked.Read(ref _newest);
        while (seen.Ticks > newest)
        {
            var found = Interlocked.CompareExchange(ref _newest, seen.Ticks, newest);
            if (found == newest)
                return;
            newest = found;
        }
    }
}
