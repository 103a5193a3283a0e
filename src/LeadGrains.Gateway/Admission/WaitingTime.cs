namespace LeadGrains.Gateway.Admission;

/// <summary>
/// How long work waits beyond its own time: for a thread of the pool, and in the queues of the loops. The least of a few looks
/// counts, since only what does not pass by itself is too much.
/// </summary>
/// <param name="queueDelay">What the loops say.</param>
/// <param name="clock">Measures the pool.</param>
internal sealed class WaitingTime(Func<TimeSpan> queueDelay, TimeProvider clock)
{
    private readonly WaitCallback _arrived = state => ((WaitingTime)state!).Arrive();
    private TimeSpan _least = TimeSpan.MaxValue;
    private long _sent;
    private long _waited;

    /// <summary>Looks, and sends the pool a piece of work to see when it is done. One thread at a time.</summary>
    public void Look()
    {
        var sent = Volatile.Read(ref _sent);
        var pool = sent == 0 ? TimeSpan.FromTicks(Volatile.Read(ref _waited)) : clock.GetElapsedTime(sent);
        var queues = queueDelay();
        var now = pool > queues ? pool : queues;
        _least = now < _least ? now : _least;
        if (sent == 0)
        {
            Volatile.Write(ref _sent, clock.GetTimestamp());
            ThreadPool.UnsafeQueueUserWorkItem(_arrived, this);
        }
    }

    /// <summary>The least since the last time it was asked.</summary>
    public TimeSpan TakeLeast()
    {
        var least = _least;
        _least = TimeSpan.MaxValue;
        return least == TimeSpan.MaxValue ? TimeSpan.Zero : least;
    }

    private void Arrive()
    {
        Volatile.Write(ref _waited, clock.GetElapsedTime(Volatile.Read(ref _sent)).Ticks);
        Volatile.Write(ref _sent, 0);
    }
}
