using LeadGrains.Grains;

namespace LeadGrains.Cluster.Membership;

/// <summary>
/// When a lease ends, by this machine's monotonic clock, counted from before it was asked for: never later than where it is
/// kept.
/// </summary>
internal sealed class LeaseClock(TimeSpan lease, TimeProvider clock)
{
    private long _from;

    public bool HasEnded => Left <= TimeSpan.Zero;

    private TimeSpan Left => lease - clock.GetElapsedTime(Volatile.Read(ref _from));

    /// <summary>It has been extended by an answer to what was sent then.</summary>
    public void Begin(long sent) => Volatile.Write(ref _from, sent);

    /// <exception cref="PartitionUnavailableException">It has ended.</exception>
    public void Require()
    {
        if (HasEnded)
            throw Ended();
    }

    /// <summary>Does something that is of use only while the lease lasts, and waits for it no longer.</summary>
    /// <exception cref="PartitionUnavailableException">It has ended.</exception>
    public async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> work)
    {
        Require();
        using var end = new CancellationTokenSource(Left, clock);
        try
        {
            return await work(end.Token).WaitAsync(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            throw Ended();
        }
    }

    private PartitionUnavailableException Ended() =>
        new($"The node has not been heard of for its lease of {lease.TotalSeconds:0.###} s. Others may have its partitions.");
}
