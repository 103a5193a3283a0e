using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Recovery;

/// <summary>
/// Applies the journal's tail to a lane's partitions, before their loop runs. An entry at or below a grain's own version
/// is skipped, so that rows which are ahead of the checkpoint stay as they are.
/// </summary>
internal sealed class Replay(RecoveryLane lane)
{
    private readonly int _activeMax = Math.Max(1, lane.Node.Options.ActiveGrains / Math.Max(1, lane.Node.Options.Loops) / lane.Loop.Partitions.Count);
    private readonly List<GrainKey> _coldKeys = [];
    private readonly List<ColdGrain> _cold = [];

    private readonly JournalledEntries _entries = new(lane.Node, lane.Settlement);

    /// <summary>Entries that were applied.</summary>
    public long Applied => _entries.Applied;

    public void Run(IReadOnlyList<long> checkpoints, CancellationToken cancellationToken)
    {
        foreach (var partition in lane.Partitions)
        {
            partition.CheckpointSequence = checkpoints[partition.Index];
            partition.AppliedSequence = checkpoints[partition.Index];
            partition.LastSequence = Math.Max(checkpoints[partition.Index], lane.Node.Journal.LastSequence(partition.Index));
            var activeAfter = lane.Node.ActiveAfter[partition.Index];
            partition.ModelSequence = partition.LastSequence > activeAfter ? activeAfter + 1 : 0;
        }

        var positions = lane.Partitions.Select(partition => new JournalPosition(partition.Index, partition.CheckpointSequence));
        foreach (var block in lane.Node.Journal.Read([.. positions], cancellationToken))
            Apply(lane[block.Partition], block.Entries.Span);
        Settle();
    }

    private void Apply(Partition partition, ReadOnlySpan<byte> block)
    {
        var after = partition.AppliedSequence;
        Want(partition, _entries.Locate(partition, block, after));
        Fetch();
        var entries = new EntryReader(block);
        while (entries.TryRead(out var entry))
        {
            if (entry.Sequence > after)
                _entries.Apply(partition, entry);
        }

        if (partition.ActiveCount > _activeMax)
            MakeRoom(partition);
    }

    // Which of the block's grains must come from their rows.
    private void Want(Partition partition, ReadOnlySpan<EntryPlace> places)
    {
        foreach (var (kind, slot, sequence) in places)
        {
            if (kind == GrainKind.None || sequence <= partition.ColumnsOf(kind).LastSequence[slot]
                || partition.FindGrain(kind, slot) is not null || !partition.BeginFetch(kind, slot))
            {
                continue;
            }

            _cold.Add(new ColdGrain(partition, kind, slot));
            _coldKeys.Add(partition.KeyOf(kind, slot));
        }
    }

    private void Fetch()
    {
        if (_cold.Count == 0)
            return;
        var rows = lane.Node.Store.ReadAsync(_coldKeys, CancellationToken.None).GetAwaiter().GetResult();
        lane.Node.Meters.ColdRead(_cold.Count);
        for (var i = 0; i < _cold.Count; i++)
            Restoration.Activate(_cold[i].Partition, _cold[i].Kind, _cold[i].Slot, rows[i], lane.Node);
        _cold.Clear();
        _coldKeys.Clear();
    }

    private void Settle()
    {
        lane.FollowClock();
        lane.Settlement.Run(lane.Node.Now());
    }

    private void MakeRoom(Partition partition)
    {
        Settle();
        new Checkpointer(lane.Loop).RunToEnd(partition, lane.Node.Now());
        lane.Node.Meters.Evicted(partition.Evict(int.MaxValue, long.MaxValue));
    }
}
