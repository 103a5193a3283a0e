using LeadGrains.Grains;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Cluster.Membership;

/// <summary>Takes partitions and gives them away beside the heartbeat, one move at a time.</summary>
/// <param name="parts">The node's.</param>
/// <param name="ended">Called when a move has ended.</param>
internal sealed class PartitionMoves(ClusterNodeParts parts, Action ended) : IDisposable
{
    // Whoever waits for the first of many need not wait for all.
    private const int GivenAtOnce = 16;

    private readonly CancellationTokenSource _cancel = new();
    private Task _move = Task.CompletedTask;

    public bool AreUnderWay => !_move.IsCompleted;

    /// <summary>All partitions have been given back, for good.</summary>
    public bool IsHandedOver { get; private set; }

    /// <summary>Does what has been decided; false where there is nothing to do.</summary>
    public bool Begin(ClusterView view, ShareDecision decision)
    {
        // A taking whose answer was lost: nobody drives them.
        var owned = parts.Ownership.Owned.Select(own => own.Partition).ToHashSet();
        var unknown = view.Partitions.Where(holding => !holding.IsFree && holding.Owner == parts.Name && !owned.Contains(holding.Partition))
            .Select(holding => new OwnedPartition(holding.Partition, holding.Epoch)).ToList();
        var give = parts.Engine.KeepsPartitions ? [] : decision.Give.Where(owned.Contains).ToList();
        if (unknown.Count + decision.Take.Count + give.Count == 0)
            return false;
        Begin(async () =>
        {
            if (unknown.Count > 0)
                await parts.Membership.GiveBackAsync(unknown, _cancel.Token);
            if (decision.Take.Count > 0)
                await TakeAsync(decision.Take);
            await GiveAsync(give);
        });
        return true;
    }

    /// <summary>Gives everything away.</summary>
    public void BeginHandOver() => Begin(async () =>
    {
        while (parts.Ownership.Owned is { Count: > 0 } owned)
            await GiveAsync([.. owned.Select(own => own.Partition)]);
        IsHandedOver = true;
    });

    /// <summary>Waits for the move that is under way.</summary>
    /// <exception cref="Exception">Why the move failed: the engine is in no known state.</exception>
    public async Task EndAsync()
    {
        try
        {
            await _move;
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested)
        {
        }
    }

    /// <summary>Gives the move up that is under way.</summary>
    public void Cancel() => _cancel.Cancel();

    /// <summary>Waits for the end of a move that was given up, whatever became of it.</summary>
    public Task GivenUpAsync() => Task.WhenAny(_move);

    public void Dispose() => _cancel.Dispose();

    private void Begin(Func<Task> work)
    {
        _move = Task.Run(work);
        _ = _move.ContinueWith(_ => ended(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task TakeAsync(IReadOnlyList<int> free)
    {
        IReadOnlyList<OwnedPartition> taken;
        try
        {
            taken = await parts.Membership.TakeAsync(free, _cancel.Token);
        }
        catch (PartitionUnavailableException)
        {
            // What was taken unheard is seen in a later view.
            return;
        }

        if (taken.Count == 0)
            return;
        parts.Ownership.Add(taken);
        var began = parts.Clock.GetTimestamp();
        await parts.Engine.AdoptAsync(taken, _cancel.Token);
        parts.Tell($"Took {Text(taken.Select(own => own.Partition))} in {parts.Clock.GetElapsedTime(began).TotalSeconds:0.000} s");
    }

    private async Task GiveAsync(IReadOnlyList<int> partitions)
    {
        foreach (var chunk in partitions.Chunk(GivenAtOnce))
        {
            var began = parts.Clock.GetTimestamp();
            await parts.Engine.ReleaseAsync(chunk, _cancel.Token);

            // Before they are given back: a beat that is on its way must not miss them.
            var released = parts.Ownership.Remove(chunk);
            try
            {
                await parts.Membership.GiveBackAsync(released, _cancel.Token);
            }
            catch (PartitionUnavailableException)
            {
                // Their lease ends by itself, or a later view shows them as still this node's.
            }

            parts.Tell($"Gave {Text(chunk)} away in {parts.Clock.GetElapsedTime(began).TotalSeconds:0.000} s");
        }
    }

    private static string Text(IEnumerable<int> partitions) => $"partitions {string.Join(", ", partitions)}";
}
