using System.Collections.Concurrent;
using LeadGrains.Grains.Metrics;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// Requests on their way to a loop: many writers, one reader, bounded by weight. The reader sleeps on a kernel event
/// and only a sleeping reader is woken, so that a busy loop costs its writers no system call.
/// </summary>
internal sealed class LoopQueue(int capacity, GrainMeters meters) : IDisposable
{
    private readonly ConcurrentQueue<PartitionRequest> _requests = new();
    private readonly ConcurrentQueue<PartitionRequest> _express = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private int _weight;
    private int _sleeping;
    private volatile Exception? _closed;

    /// <summary>Whether nothing waits for a turn.</summary>
    public bool IsEmpty => _requests.IsEmpty;

    /// <summary>What waits, as its bound counts it. For any thread.</summary>
    public int Weight => Volatile.Read(ref _weight);

    /// <summary>False where there is no room. A closed queue fails the request at once.</summary>
    public bool TryPost(PartitionRequest request)
    {
        var weight = request.Weight;
        if (weight > 0 && Interlocked.Add(ref _weight, weight) > capacity && !IsAlone(weight))
        {
            Interlocked.Add(ref _weight, -weight);
            meters.Refused();
            return false;
        }

        (request.IsExpress ? _express : _requests).Enqueue(request);
        if (_closed is not null)
            FailAll();
        Wake();
        return true;
    }

    public bool TryTake(out PartitionRequest request)
    {
        if (!_requests.TryDequeue(out request!))
            return false;
        if (request.Weight > 0)
            Interlocked.Add(ref _weight, -request.Weight);
        return true;
    }

    /// <summary>What need not wait for the turns before it.</summary>
    public bool TryTakeExpress(out PartitionRequest request) => _express.TryDequeue(out request!);

    public void Wake()
    {
        if (Interlocked.Exchange(ref _sleeping, 0) == 1)
            _wake.Set();
    }

    /// <summary>
    /// Waits for something to do; returns at the latest after the time given. Requests that cannot be taken yet are
    /// no work: what makes room for them wakes the reader.
    /// </summary>
    public void Sleep(TimeSpan atMost, Func<bool> hasWork)
    {
        Interlocked.Exchange(ref _sleeping, 1);
        if (_express.IsEmpty && !hasWork())
            _wake.WaitOne(atMost);
        Interlocked.Exchange(ref _sleeping, 0);
    }

    /// <summary>From here on every request fails, those that wait included.</summary>
    public void Close(Exception reason)
    {
        _closed = reason;
        FailAll();
    }

    public void Dispose() => _wake.Dispose();

    // A request heavier than the whole queue is let in when nothing else waits: it could never go otherwise.
    private bool IsAlone(int weight) => Volatile.Read(ref _weight) == weight;

    private void FailAll()
    {
        while (TryTake(out var request) || TryTakeExpress(out request))
            request.Fail(_closed!);
    }
}
