using System.Collections.Concurrent;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Tests.Following;

/// <summary>
/// Holds back what must find room in a full queue, since it ends what was let in before: parts of merges, claims made for
/// good. Tests let it through when it is worst.
/// </summary>
internal sealed class LateSteps(IPartitionRouter router) : IPartitionRouter
{
    private readonly ConcurrentQueue<(int Lane, PartitionRequest Request)> _held = new();
    private volatile bool _isOver;
    private int _letThrough;

    public int PartitionCount => router.PartitionCount;

    public int LaneCount => router.LaneCount;

    /// <summary>How many came late.</summary>
    public int LetThrough => Volatile.Read(ref _letThrough);

    public int LaneOf(int partition) => router.LaneOf(partition);

    public bool TryPost(int lane, PartitionRequest request)
    {
        if (_isOver || request is not AppendEntries { Weight: 0 })
            return router.TryPost(lane, request);
        _held.Enqueue((lane, request));
        if (_isOver)
            LetGo();
        return true;
    }

    public int LetGo()
    {
        var count = 0;
        for (; _held.TryDequeue(out var held); count++)
            Assert.True(router.TryPost(held.Lane, held.Request));
        Interlocked.Add(ref _letThrough, count);
        return count;
    }

    /// <summary>Holds nothing back any more.</summary>
    public void End()
    {
        _isOver = true;
        LetGo();
    }
}
