namespace LeadGrains.Cluster.Membership;

/// <summary>
/// When a lease ends, by this machine's monotonic clock, counted from before it was asked for: never later than where it is
/// kept.
/// </summary>
internal sealed class LeaseClock(TimeSpan lease, TimeProvider clock)
{
    private long _from;

    public bool HasEnded => clock.GetElapsedTime(Volatile.Read(ref _from)) >= lease;

    /// <summary>It has been extended by an answer to what was sent then.</summary>
    public void Begin(long sent) => Volatile.Write(ref _from, sent);
}
