using LeadGrains.Grains;
using LeadGrains.Grains.Watching;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Webhooks;

/// <summary>What waits to be delivered, by contact and account: each has one worker while anything waits for it. For many threads.</summary>
/// <param name="work">Delivers what waits in a lane, from <see cref="TryPeek"/> until that finds nothing or it gives up.</param>
internal sealed class GrainLanes(Func<(GrainKind Kind, string Id), Task> work)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(GrainKind Kind, string Id), Queue<WaitingChange>> _lanes = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _workers;
    private bool _isClosed;

    /// <summary>Completes once it is closed and nobody works.</summary>
    public Task Ended => _ended.Task;

    public void Add(WaitingChange waiting)
    {
        var lane = (waiting.Change.Kind, waiting.Change.Id);
        lock (_gate)
        {
            if (_lanes.TryGetValue(lane, out var queue))
            {
                queue.Enqueue(waiting);
                return;
            }

            _lanes.Add(lane, new Queue<WaitingChange>([waiting]));
            _workers++;
        }

        _ = Task.Run(() => WorkAsync(lane));
    }

    /// <summary>The oldest; where there is none, the lane ends.</summary>
    public bool TryPeek((GrainKind Kind, string Id) lane, out WaitingChange waiting)
    {
        lock (_gate)
        {
            if (_lanes[lane].TryPeek(out waiting!))
                return true;
            _lanes.Remove(lane);
            return false;
        }
    }

    /// <summary>The oldest is done.</summary>
    public void Take((GrainKind Kind, string Id) lane)
    {
        lock (_gate)
            _lanes[lane].Dequeue();
    }

    /// <summary>Nothing is added any more.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (_workers == 0)
                _ended.TrySetResult();
        }
    }

    private async Task WorkAsync((GrainKind Kind, string Id) lane)
    {
        try
        {
            await work(lane);
        }
        finally
        {
            lock (_gate)
            {
                _workers--;
                if (_isClosed && _workers == 0)
                    _ended.TrySetResult();
            }
        }
    }
}

/// <summary>A change on its way to a receiver.</summary>
/// <param name="Change">Which.</param>
/// <param name="Place">In the order of reading.</param>
/// <param name="ReadAt">When.</param>
internal sealed record WaitingChange(GrainChange Change, DeliveryWindow.Place Place, Instant ReadAt);
