using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Rollup;
using LeadGrains.Grains.Signals;
using LeadGrains.Grains.Wire;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Recovery;

/// <summary>
/// Applies entries as the journal has them: the tail at a start, and all of it under another model. An entry at or below a
/// grain's own version is skipped. Whoever drives the partitions at the moment.
/// </summary>
/// <remarks>
/// A start that applies a million is half over before the runtime would have found out that these methods are worth
/// optimizing.
/// </remarks>
/// <param name="node">What the partitions are of.</param>
/// <param name="settlement">Gets what was touched.</param>
/// <param name="accountsKnow">Accounts elsewhere have heard of the contacts from whoever applied the same entries before.</param>
internal sealed class JournalledEntries(NodeContext node, Settlement settlement, bool accountsKnow = false)
{
    // How many entries ahead the processor fetches what says where their grains are: see Lookahead.
    private const int CellAhead = 8;
    private const int RecordAhead = 4;

    private readonly List<EntryKey> _keys = [];
    private readonly List<EntryPlace> _places = [];
    private int _next;

    /// <summary>Entries about grains that were applied.</summary>
    public long Applied { get; private set; }

    /// <summary>
    /// The grains that a block's entries are about, those that are new brought to life. What is applied next is the same
    /// entries, in the same order, so that each is looked for once only.
    /// </summary>
    /// <param name="partition">The block's.</param>
    /// <param name="block">Its entries.</param>
    /// <param name="after">Entries at or below this sequence are passed over.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<EntryPlace> Locate(Partition partition, ReadOnlySpan<byte> block, long after)
    {
        _keys.Clear();
        _places.Clear();
        _next = 0;
        var entries = new EntryReader(block);
        while (entries.TryRead(out var entry))
        {
            if (entry.Sequence > after)
                _keys.Add(KeyOf(entry, block));
        }

        var keys = CollectionsMarshal.AsSpan(_keys);
        for (var i = 0; i < keys.Length; i++)
        {
            if (i + CellAhead < keys.Length && keys[i + CellAhead] is { Kind: not GrainKind.None } far)
                partition.KeysOf(far.Kind).FetchCell(far.Hash);
            if (i + RecordAhead < keys.Length && keys[i + RecordAhead] is { Kind: not GrainKind.None } near)
                partition.KeysOf(near.Kind).FetchRecord(near.Hash);
            _places.Add(new EntryPlace(partition, keys[i].Kind, SlotOf(partition, keys[i], block), keys[i].Sequence));
        }

        return CollectionsMarshal.AsSpan(_places);
    }

    /// <summary>Applies the partition's next entry, which was located; its grain is in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(Partition partition, in EntryView entry)
    {
        Lookahead.Fetch(CollectionsMarshal.AsSpan(_places), _next);
        var (_, kind, slot, sequence) = _places[_next++];
        if (sequence != entry.Sequence)
            throw new InvalidOperationException($"Entry {sequence} was located where entry {entry.Sequence} is to be applied.");
        partition.AppliedSequence = entry.Sequence;
        node.NotBefore(entry.ReceivedAt);
        if (kind == GrainKind.None)
        {
            EntryApplier.Apply(partition, entry.Parse(), slot, node);
            return;
        }

        var columns = partition.ColumnsOf(kind);
        if (entry.Sequence <= columns.LastSequence[slot])
            return;
        if (kind == GrainKind.Contact && partition.Redirects.MayReturn(slot))
            partition.Redirects.Return(slot);
        columns.LastSequence[slot] = entry.Sequence;
        Applied++;
        if (entry.BodyCase == Entry.BodyOneofCase.Signal)
        {
            EntryApplier.Apply(
                partition, kind, slot, SignalFacts.Of(SignalView.Of(entry), entry.ReceivedAt), entry.Sequence, node.ModelOf(partition, kind, slot), settlement);
        }
        else
        {
            EntryApplier.Apply(partition, entry.Parse(), slot, node);
            settlement.Touch(partition, kind, slot);
        }

        if (accountsKnow && kind == GrainKind.Contact)
            NoteAccount(partition, partition.Contacts.Find(slot)!);
    }

    // An account that the contact leaves is owed that, even where it came to it by an entry that is applied with this one.
    private static void NoteAccount(Partition partition, ContactGrain contact)
    {
        var before = partition.Links.AccountOf(contact.Slot);
        var after = partition.LinkAccount(contact);
        if (before < 0 || before == after)
            return;
        partition.FormerAccounts.Forget(contact.Slot, before);
        partition.FormerAccounts.Add(contact.Slot, new FormerAccount(before, contact.LastSequence));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private EntryKey KeyOf(in EntryView entry, ReadOnlySpan<byte> block)
    {
        var kind = entry.Kind;
        var id = entry.GrainId;
        if (entry.BodyCase == Entry.BodyOneofCase.Signal)
        {
            var signal = SignalView.Of(entry);
            kind = signal.Kind;
            id = signal.Key;
        }

        if (kind == GrainKind.None)
            return new EntryKey(kind, 0, 0, default, entry.Sequence);
        block.Overlaps(id, out var offset);
        return new EntryKey(
            kind, node.Workspaces.CodeOf(entry.Workspace), KeyHash.Of(entry.Workspace, kind, id), new ByteRange(offset, id.Length), entry.Sequence);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int SlotOf(Partition partition, in EntryKey key, ReadOnlySpan<byte> block)
    {
        if (key.Kind == GrainKind.None)
            return -1;
        var slot = partition.KeysOf(key.Kind).FindOrAdd(key.Hash, key.Workspace, key.Id.In(block), out var added);
        if (added)
        {
            partition.Admit(key.Kind, slot);
            partition.ActivateNew(key.Kind, slot);
            node.Meters.Activated(1);
        }

        return slot;
    }

    private readonly record struct EntryKey(GrainKind Kind, ushort Workspace, ulong Hash, ByteRange Id, long Sequence);
}
