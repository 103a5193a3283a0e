namespace LeadGrains.Grains.Merges;

/// <summary>
/// When a cluster decided a merge. Of two the later has the higher epoch of the deciding partition, or the same and the
/// higher number.
/// </summary>
/// <param name="Epoch">Of the partition whose owner decides; 0 where partitions do not move.</param>
/// <param name="Number">Rises from decision to decision.</param>
internal readonly record struct MergeStamp(long Epoch, long Number)
{
    public bool IsBefore(MergeStamp other) => Epoch < other.Epoch || (Epoch == other.Epoch && Number < other.Number);
}

/// <summary>
/// The newest stamp under which somebody has asked partitions of this node for pending merges. What was decided before and
/// comes later must not begin: whoever asked believes that it has not. Safe for many threads.
/// </summary>
internal sealed class MergeFloor
{
    private readonly Lock _gate = new();
    private MergeStamp _newest;

    public void Raise(MergeStamp asked)
    {
        lock (_gate)
            _newest = _newest.IsBefore(asked) ? asked : _newest;
    }

    public bool Takes(MergeStamp decided)
    {
        lock (_gate)
            return !decided.IsBefore(_newest);
    }
}
