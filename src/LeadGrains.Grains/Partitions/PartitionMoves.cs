using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Rollup;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Partitions;

/// <summary>
/// Partitions that come to a loop and leave it while it runs. One that leaves takes nothing new; what is under way is
/// finished and its rows are written, so that its next owner has nothing to replay. The loop's own thread.
/// </summary>
internal sealed class PartitionMoves(PartitionLoop loop, Checkpointer checkpointer, RankedAnswers ranked)
{
    private readonly List<Leaving> _leaving = [];

    /// <summary>Drives partitions that have been read, from here on.</summary>
    public void Adopt(IReadOnlyList<Partition> partitions)
    {
        foreach (var partition in partitions)
            loop.Map.Add(partition);
        loop.Partitions = [.. loop.Partitions.Concat(partitions).OrderBy(partition => partition.Index)];
        loop.FollowClockNow();
        loop.Outbox.Adopt(partitions);
        loop.Subscriptions.Begin(partitions);
        loop.Names.Adopt(partitions);
        foreach (var partition in partitions)
        {
            if (partition.LastSequence <= loop.Node.ActiveAfter[partition.Index])
                loop.Proposals.ProposeModel(partition);
        }
    }

    /// <summary>Lets a partition go.</summary>
    /// <param name="index">The partition, which is driven here.</param>
    /// <param name="gone">Completes when nothing more will be written for it.</param>
    public void Release(int index, TaskCompletionSource gone)
    {
        var partition = loop.Map[index];
        loop.Map.Close(partition);
        loop.Proposals.Forget(partition);
        loop.Outbox.Forget();
        _leaving.Add(new Leaving(partition, loop.Turns.Newest, gone));
    }

    /// <summary>Does what can be done next; false where there is nothing.</summary>
    public bool Run(Instant now)
    {
        if (_leaving.Count == 0)
            return false;
        var progressed = false;
        for (var i = _leaving.Count - 1; i >= 0; i--)
        {
            var leaving = _leaving[i];
            if (loop.Turns.Oldest <= leaving.LastTurn)
                continue;
            if (checkpointer.IsAt(leaving.Partition) || leaving.Partition.IsBehind)
            {
                checkpointer.Hasten(leaving.Partition);
                continue;
            }

            _leaving.RemoveAt(i);
            Remove(leaving.Partition);
            leaving.Gone.TrySetResult();
            progressed = true;
        }

        return progressed;
    }

    private void Remove(Partition partition)
    {
        partition.IsGone = true;
        loop.Map.Remove(partition);
        loop.Partitions = [.. loop.Partitions.Where(other => other != partition)];
        loop.Proposals.Forget(partition);
        loop.Outbox.Forget();
        loop.Subscriptions.Forget(partition);
        checkpointer.Forget(partition);
        ranked.FailAll(partition, new PartitionUnavailableException("The partition has gone to another node. What was recorded stays recorded."));
    }

    private sealed record Leaving(Partition Partition, long LastTurn, TaskCompletionSource Gone);
}
