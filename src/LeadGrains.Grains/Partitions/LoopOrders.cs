namespace LeadGrains.Grains.Partitions;

/// <summary>What a loop is told from other threads about how to go on, or to end.</summary>
internal sealed class LoopOrders(LoopQueue queue)
{
    private volatile bool _isDraining;
    private volatile bool _isAborted;
    private volatile bool _givesWay;
    private volatile Rest? _rest;
    private Rest? _seen;
    private long _progress;

    /// <summary>Finish what is queued, write every row, and end the thread.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>End the thread as it is: nothing more is finished, written or answered.</summary>
    public bool IsAborted => _isAborted;

    /// <summary>Why it was told to end at once; null where there is nothing to say.</summary>
    public PartitionUnavailableException? Reason { get; private set; }

    /// <summary>End the thread, since another loop has taken its place.</summary>
    public bool GivesWay => _givesWay;

    /// <summary>Take no requests of callers.</summary>
    public bool IsHeld => _rest is { IsHeld: true };

    /// <summary>Whether something waits for the loop to be at rest, and callers' requests are left alone for it.</summary>
    public bool IsRestWanted(out bool isHeld)
    {
        var rest = _rest;
        _seen = rest;
        isHeld = rest is { IsHeld: true };
        return rest is not null;
    }

    /// <summary>From the loop: something was ordered since it last looked, so that it must not fall asleep.</summary>
    public bool HasNews => _givesWay || (_rest is { } rest && !ReferenceEquals(rest, _seen));

    public void Drain()
    {
        _rest = null;
        _isDraining = true;
        queue.Wake();
    }

    /// <param name="reason">What callers are told; null where the server stops.</param>
    public void Abort(PartitionUnavailableException? reason = null)
    {
        Reason ??= reason;
        _isAborted = true;
        queue.Wake();
    }

    /// <summary>The loop is at rest.</summary>
    public void GiveWay()
    {
        _givesWay = true;
        queue.Wake();
    }

    /// <summary>
    /// Come to rest: what is under way is applied and answered, and accounts have what contacts owe them. Requests of
    /// callers wait from here on where the loop is held; else they are done first.
    /// </summary>
    public Task RestAsync(bool isHeld)
    {
        var rest = new Rest(isHeld);
        _rest = rest;
        queue.Wake();
        return rest.Reached.Task;
    }

    /// <summary>How often the loop did something. Rises as long as loops tell each other anything.</summary>
    public long Progress => Interlocked.Read(ref _progress);

    /// <summary>From the loop: it did something.</summary>
    public void NoteProgress() => Interlocked.Increment(ref _progress);

    /// <summary>Take callers' requests again.</summary>
    public void GoOn()
    {
        _rest = null;
        queue.Wake();
    }

    /// <summary>From the loop: it is at rest.</summary>
    public void IsAtRest() => _rest?.Reached.TrySetResult();

    private sealed record Rest(bool IsHeld)
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
