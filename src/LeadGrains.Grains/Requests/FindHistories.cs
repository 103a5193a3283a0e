using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Requests;

/// <summary>Where the histories of grains of one lane end. What is found is durable and applied; no grain is brought into memory.</summary>
internal sealed class FindHistories(IReadOnlyList<GrainKey> keys) : PartitionRequest
{
    private readonly TaskCompletionSource<HistoryEnd[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HistoryEnd[] _ends = new HistoryEnd[keys.Count];

    /// <summary>In the order of the keys.</summary>
    public Task<HistoryEnd[]> Done => _done.Task;

    internal override int Weight => 1;

    internal override bool IsFor(PartitionMap map) => keys.All(map.Takes);

    // What has been sequenced by now is durable when this is applied; what turns to come sequence may not be.
    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            var (partition, slot) = loop.Map.Find(keys[i]);
            var last = slot < 0 ? 0 : partition.ColumnsOf(keys[i].Kind).LastSequence[slot];
            _ends[i] = new HistoryEnd(keys[i], partition.Index, last, 0);
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        for (var i = 0; i < _ends.Length; i++)
            _ends[i] = _ends[i] with { ModelSequence = loop.Map[_ends[i].Partition].ModelSequence };
        _done.TrySetResult(_ends);
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);
}

/// <param name="Key">The grain.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="LastSequence">Its newest entry; 0 where it has none.</param>
/// <param name="ModelSequence">The newest model entry of the partition; 0 where none is known.</param>
internal readonly record struct HistoryEnd(GrainKey Key, int Partition, long LastSequence, long ModelSequence);
