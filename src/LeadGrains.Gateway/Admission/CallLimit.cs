namespace LeadGrains.Gateway.Admission;

/// <summary>
/// How many calls of a kind may be under way at once. The number follows how long work waits beyond its own time: as long as
/// that stays short it grows, as soon as it does not it shrinks, quickly. So the calls that are let in keep their latency
/// however many come, and the rest hear at once that they should come later. Thread-safe, but for <see cref="Step"/>.
/// </summary>
/// <param name="target">Work may wait so long beyond its own time.</param>
/// <param name="queueDelay">How long what comes now would wait in the queues. Any thread asks.</param>
internal sealed class CallLimit(TimeSpan target, Func<TimeSpan> queueDelay)
{
    /// <summary>Never fewer: one commit serves them all, so that even a slow disk is kept busy.</summary>
    public const int Least = 16;

    /// <summary>
    /// Never fewer while none is refused: so many callers that wait for their answers before they send more are no flood,
    /// however large their batches and however slow the machine.
    /// </summary>
    public const int LeastUnlessRefused = 128;

    /// <summary>Never more.</summary>
    public const int Most = 4_096;

    /// <summary>At the start, and again when nothing has come for a while.</summary>
    public const int Usual = 1_024;

    /// <summary>
    /// Beyond so many, each is let in only while the queues are short. A flood is there before a step has seen anything wait: a
    /// thousand calls of much each would wait for a second, while a thousand of little each may come at once.
    /// </summary>
    public const int Unasked = 256;

    // In the queues, as a multiple of the target.
    private const int Short = 4;

    private const double Shrunk = 0.8;
    private const int Growth = 16;

    private int _limit = Usual;
    private int _underWay;
    private int _peak;
    private long _refused;
    private long _refusedBefore;

    /// <summary>How many may be under way now.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>How many are.</summary>
    public int UnderWay => Volatile.Read(ref _underWay);

    /// <summary>How many have been refused since the start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>False where the call is refused; else <see cref="Leave"/> ends it.</summary>
    public bool TryEnter()
    {
        var underWay = Interlocked.Increment(ref _underWay);
        if (underWay <= Volatile.Read(ref _limit) && (underWay <= Unasked || queueDelay() <= Short * target))
        {
            // A peak that another thread overwrites is off by one call for one step.
            if (underWay > Volatile.Read(ref _peak))
                Volatile.Write(ref _peak, underWay);
            return true;
        }

        Interlocked.Decrement(ref _underWay);
        Volatile.Write(ref _peak, underWay);
        Interlocked.Increment(ref _refused);
        return false;
    }

    /// <summary>A call that was let in has ended.</summary>
    public void Leave() => Interlocked.Decrement(ref _underWay);

    /// <summary>Sets the number anew. One thread at a time.</summary>
    /// <param name="delay">The least that work has waited beyond its own time since the step before.</param>
    public void Step(TimeSpan delay)
    {
        var limit = _limit;
        var peak = Interlocked.Exchange(ref _peak, UnderWay);
        var refused = Refused;
        var least = refused == _refusedBefore ? LeastUnlessRefused : Least;
        _refusedBefore = refused;
        if (delay > target)
        {
            // From what was under way: a limit far above it would take long to be felt.
            limit = (int)(Math.Min(limit, Math.Max(peak, least)) * Shrunk);
        }
        else if (peak >= limit || limit < Usual)
        {
            limit += Math.Max(1, limit / Growth);
        }

        Volatile.Write(ref _limit, Math.Clamp(limit, least, Most));
    }
}
