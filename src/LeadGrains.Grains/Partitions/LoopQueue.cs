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
    private readonly ConcurrentQueue<PartitionRequest> _setAside = new();
    private readonly ConcurrentQueue<PartitionRequest> _ofLoops = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private int _weight;
    private int _sleeping;
    private int _wantedWeight;
    private readonly Lock _passingOn = new();
    private volatile object? _end;

    /// <summary>Whether nothing waits for a turn.</summary>
    public bool IsEmpty => _setAside.IsEmpty && _ofLoops.IsEmpty && _requests.IsEmpty;

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
        if (_end is { } end)
            Empty(end);
        // Comes after the request for the reader too: see Sleep.
        Interlocked.MemoryBarrier();
        if (request.IsExpress || Weight >= Volatile.Read(ref _wantedWeight))
            Wake();
        return true;
    }

    /// <summary>
    /// From here on what waits, and whatever comes, goes to another queue, in its order. What loops tell each other
    /// fails instead: it is about these loops' own grains.
    /// </summary>
    public void GoOnIn(LoopQueue successor)
    {
        _end = successor;
        PassOn(successor);
    }

    /// <summary>The reader has nothing to take; while it is held, callers' requests are none of its business.</summary>
    public bool IsDone(bool isHeld) => isHeld ? _ofLoops.IsEmpty && _requests.IsEmpty : IsEmpty;

    /// <summary>From the held reader: callers' requests stand aside, so that what loops tell each other comes through.</summary>
    public void SetAside()
    {
        // Not while requests are passed on: one taken in between would stay behind for ever.
        lock (_passingOn)
        {
            while (_end is null && _requests.TryDequeue(out var request))
                (request.IsBetweenLoops ? _ofLoops : _setAside).Enqueue(request);
        }
    }

    /// <param name="isHeld">Only what loops tell each other.</param>
    /// <param name="request">The next one.</param>
    public bool TryTake(bool isHeld, out PartitionRequest request)
    {
        if (!_ofLoops.TryDequeue(out request!) && (isHeld || (!_setAside.TryDequeue(out request!) && !_requests.TryDequeue(out request!))))
            return false;
        if (request.Weight > 0)
            Interlocked.Add(ref _weight, -request.Weight);
        return true;
    }

    /// <summary>What need not wait for the turns before it.</summary>
    public bool TryTakeExpress(out PartitionRequest request) => _express.TryDequeue(out request!);

    public void Wake()
    {
        if (Interlocked.Exchange(ref _sleeping, 0) == 0)
            return;
        try
        {
            _wake.Set();
        }
        catch (ObjectDisposedException)
        {
            // The reader woke by itself, and has ended since: a journal that is done with an entry must not fail by that.
        }
    }

    /// <summary>
    /// Waits for something to do; returns at the latest after the time given. Requests that cannot be taken yet are
    /// no work: what makes room for them wakes the reader.
    /// </summary>
    /// <param name="atMost">How long.</param>
    /// <param name="wantedWeight">Requests wake the reader once so much waits.</param>
    /// <param name="hasWork">Whether there is something to do that came while nobody woke the reader.</param>
    public void Sleep(TimeSpan atMost, int wantedWeight, Func<bool> hasWork)
    {
        Volatile.Write(ref _wantedWeight, wantedWeight);
        Interlocked.Exchange(ref _sleeping, 1);
        if (_express.IsEmpty && !hasWork())
            _wake.WaitOne(atMost);
        Interlocked.Exchange(ref _sleeping, 0);
    }

    /// <summary>From here on every request fails, those that wait included.</summary>
    public void Close(Exception reason)
    {
        if (Interlocked.CompareExchange(ref _end, reason, null) is not { } end)
            FailAll(reason);
        else if (end is LoopQueue successor)
            PassOn(successor);
    }

    public void Dispose() => _wake.Dispose();

    // A request heavier than the whole queue is let in when nothing else waits: it could never go otherwise.
    private bool IsAlone(int weight) => Volatile.Read(ref _weight) == weight;

    private void Empty(object end)
    {
        if (end is LoopQueue successor)
            PassOn(successor);
        else
            FailAll((Exception)end);
    }

    // One at a time, so that requests keep their order.
    private void PassOn(LoopQueue successor)
    {
        lock (_passingOn)
        {
            while (TryTake(isHeld: false, out var request) || TryTakeExpress(out request))
            {
                if (request.IsBetweenLoops)
                    request.Fail(new PartitionUnavailableException("Another model was published."));
                else
                    successor.Take(request);
            }
        }
    }

    // It was let in before: there is room for it.
    private void Take(PartitionRequest request)
    {
        Interlocked.Add(ref _weight, request.Weight);
        _requests.Enqueue(request);
        if (_end is { } end)
            Empty(end);
        Wake();
    }

    private void FailAll(Exception reason)
    {
        while (TryTake(isHeld: false, out var request) || TryTakeExpress(out request))
            request.Fail(reason);
    }
}
