using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Signals;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Recovery;

/// <summary>
/// Applies entries as the journal has them to a loop's partitions: the tail at a start, and all of it under another
/// model. An entry at or below a grain's own version is skipped. The loop's thread, or before it runs.
/// </summary>
internal sealed class JournalledEntries(PartitionLoop loop)
{
    /// <summary>Entries about grains that were applied.</summary>
    public long Applied { get; private set; }

    /// <summary>The grain that an entry is about, brought to life where it is new; false for one about the partition.</summary>
    public bool TryLocate(Partition partition, in EntryView entry, out GrainKind kind, out int slot)
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

    /// <summary>Applies the partition's next entry; its grain is in memory.</summary>
    public void Apply(Partition partition, in EntryView entry)
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
}
