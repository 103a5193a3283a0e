using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Recovery;

/// <summary>
/// Applies the journal's tail to a loop's partitions, before the loop runs. An entry at or below a grain's own version
/// is skipped, so that rows which are ahead of the checkpoint stay as they are.
/// </summary>
internal sealed class Replay(PartitionLoop loop)
{
    private readonly int _activeMax = Math.Max(1, loop.Node.Options.ActiveGrains / Math.Max(1, loop.Node.Options.Loops));
    private readonly List<GrainKey> _coldKeys = [];
    private readonly List<ColdGrain> _cold = [];

    private readonly JournalledEntries _entries = new(loop);

    /// <summary>Entries that were applied.</summary>
    public long Applied => _entries.Applied;

    public void Run(IReadOnlyList<long> checkpoints, CancellationToken cancellationToken)
    {
        foreach (var partition in loop.Partitions)
        {
            partition.CheckpointSequence = checkpoints[partition.Index];
            partition.AppliedSequence = checkpoints[partition.Index];
            partition.LastSequence = Math.Max(checkpoints[partition.Index], loop.Node.Journal.LastSequence(partition.Index));
            var activeAfter = loop.Node.ActiveAfter[partition.Index];
            partition.ModelSequence = partition.LastSequence > activeAfter ? activeAfter + 1 : 0;
        }

        loop.Settlement.Duty = LoopDuty.Replay;
        var positions = loop.Partitions.Select(partition => new JournalPosition(partition.Index, partition.CheckpointSequence));
        foreach (var block in loop.Node.Journal.Read([.. positions], cancellationToken))
            Apply(loop.Map[block.Partition], block.Entries.Span);
        loop.Settle();
        loop.Settlement.Duty = LoopDuty.Serve;
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

        if (partition.ActiveCount > _activeMax / Math.Max(1, loop.Partitions.Count))
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
        var rows = loop.Node.Store.ReadAsync(_coldKeys, CancellationToken.None).GetAwaiter().GetResult();
        loop.Node.Meters.ColdRead(_cold.Count);
        for (var i = 0; i < _cold.Count; i++)
            Restoration.Activate(_cold[i].Partition, _cold[i].Kind, _cold[i].Slot, rows[i], loop.Node);
        _cold.Clear();
        _coldKeys.Clear();
    }

    private void MakeRoom(Partition partition)
    {
        loop.Settle();
        new Checkpointer(loop).RunToEnd(partition, loop.Node.Now());
        loop.Node.Meters.Evicted(partition.Evict(int.MaxValue, long.MaxValue));
    }
}
