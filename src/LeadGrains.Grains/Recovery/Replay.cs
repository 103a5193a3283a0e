using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Storage;
using LeadGrains.Journal.V1;

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

    /// <summary>Entries that were applied.</summary>
    public long Applied { get; private set; }

    public void Run(IReadOnlyList<long> checkpoints, CancellationToken cancellationToken)
    {
        foreach (var partition in loop.Partitions)
        {
            partition.CheckpointSequence = checkpoints[partition.Index];
            partition.AppliedSequence = checkpoints[partition.Index];
            partition.LastSequence = Math.Max(checkpoints[partition.Index], loop.Node.Journal.LastSequence(partition.Index));
        }

        loop.Settlement.IsReplaying = true;
        var positions = loop.Partitions.Select(partition => new JournalPosition(partition.Index, partition.CheckpointSequence));
        foreach (var block in loop.Node.Journal.Read([.. positions], cancellationToken))
            Apply(loop.Map[block.Partition], block.Entries.Span);
        loop.Settle();
        loop.Settlement.IsReplaying = false;
    }

    private void Apply(Partition partition, ReadOnlySpan<byte> block)
    {
        Prepare(partition, block);
        Fetch();
        var entries = new EntryReader(block);
        while (entries.TryRead(out var entry))
        {
            if (entry.Sequence > partition.AppliedSequence)
                Apply(partition, entry);
        }

        if (partition.ActiveCount > _activeMax / Math.Max(1, loop.Partitions.Count))
            MakeRoom(partition);
    }

    // Finds a slot for every grain of the block, and which of them must come from their rows.
    private void Prepare(Partition partition, ReadOnlySpan<byte> block)
    {
        var entries = new EntryReader(block);
        while (entries.TryRead(out var entry))
        {
            if (entry.Sequence <= partition.AppliedSequence || !TryLocate(partition, entry, out var kind, out var slot))
                continue;
            var isBehind = entry.Sequence > partition.ColumnsOf(kind).LastSequence[slot];
            if (!isBehind || partition.FindGrain(kind, slot) is not null || !partition.BeginFetch(kind, slot))
                continue;
            _cold.Add(new ColdGrain(partition, kind, slot));
            _coldKeys.Add(partition.KeyOf(kind, slot));
        }
    }

    private bool TryLocate(Partition partition, in EntryView entry, out GrainKind kind, out int slot)
    {
        kind = entry.Kind;
        var id = entry.GrainId;
        if (entry.BodyCase == Entry.BodyOneofCase.Signal)
        {
            var signal = SignalView.Of(entry);
            kind = signal.Kind;
            id = signal.Key;
        }

        slot = -1;
        if (kind == GrainKind.None)
            return false;
        var workspace = loop.Node.Workspaces.CodeOf(entry.Workspace);
        slot = partition.KeysOf(kind).FindOrAdd(KeyHash.Of(entry.Workspace, kind, id), workspace, id, out var added);
        if (added)
        {
            partition.Admit(kind, slot);
            partition.ActivateNew(kind, slot);
            loop.Node.Meters.Activated(1);
        }

        return true;
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

    private void Apply(Partition partition, in EntryView entry)
    {
        partition.AppliedSequence = entry.Sequence;
        loop.Node.NotBefore(entry.ReceivedAt);
        if (!TryLocate(partition, entry, out var kind, out var slot))
        {
            EntryApplier.Apply(partition, entry.Parse(), slot, loop.Node.Model);
            return;
        }

        var columns = partition.ColumnsOf(kind);
        if (entry.Sequence <= columns.LastSequence[slot])
            return;
        columns.LastSequence[slot] = entry.Sequence;
        Applied++;
        if (entry.BodyCase == Entry.BodyOneofCase.Signal)
        {
            loop.ApplySignal(partition, kind, slot, SignalFacts.Of(SignalView.Of(entry), entry.ReceivedAt), entry.Sequence);
            return;
        }

        EntryApplier.Apply(partition, entry.Parse(), slot, loop.Node.Model);
        loop.Touch(partition, kind, slot);
    }

    private void MakeRoom(Partition partition)
    {
        loop.Settle();
        new Checkpointer(loop).RunToEnd(partition, loop.Node.Now());
        loop.Node.Meters.Evicted(partition.Evict(int.MaxValue, long.MaxValue));
    }
}
