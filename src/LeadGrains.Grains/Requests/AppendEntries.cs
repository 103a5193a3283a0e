using System.Buffers;
using System.Text;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Grains.Stages;
using LeadGrains.Grains.Watching;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Requests;

/// <summary>Journals and applies entries about grains of one lane: upserts, claims, merges, and what loops propose.</summary>
/// <param name="workspace">Of all the grains.</param>
/// <param name="items">The entries.</param>
/// <param name="ack">When it is done.</param>
/// <param name="weight">How much of the queue they take.</param>
/// <param name="decided">For the start of a merge in a cluster: it counts as moved where a newer one has been decided elsewhere.</param>
internal sealed class AppendEntries(
    string workspace, IReadOnlyList<GrainEntry> items, AckLevel ack, int weight, MergeStamp? decided = null) : PartitionRequest
{
    private const ulong LeftOut = 0;

    private readonly TaskCompletionSource<bool[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int[] _slots = new int[items.Count];
    private readonly bool[] _outcomes = new bool[items.Count];

    /// <summary>For each item, whether it had its effect: a claim that another account holds has none.</summary>
    public Task<bool[]> Done => _done.Task;

    /// <summary>
    /// Once done: items whose contact leads to another one, and to which. They were not journalled. Null where there
    /// are none.
    /// </summary>
    public List<(int Item, string Into)>? Onward { get; private set; }

    /// <summary>
    /// Once done: items whose partition is not driven where they were sent. They were not journalled. Null where there
    /// are none.
    /// </summary>
    public List<int>? Moved { get; private set; }

    internal override int Weight => weight;

    internal override bool IsFor(PartitionMap map) => items.All(item => map.Takes(item.Partition)) && (decided is not { } stamp || map.Takes(stamp));

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        var code = loop.Node.Workspaces.CodeOf(workspace);
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            var partition = loop.Map[item.Partition];
            var kind = item.Kind;
            _slots[i] = kind == GrainKind.None ? -1 : turn.Place(partition, kind, item.Hash, code, Encoding.UTF8.GetBytes(item.Id));
            if (kind == GrainKind.Contact && partition.Redirects.MayReturn(_slots[i]) && IsHeard(item.Entry))
                partition.Redirects.Return(_slots[i]);
            if (kind == GrainKind.Contact && LeadsOn(partition, _slots[i], item.Entry))
            {
                (Onward ??= []).Add((i, partition.Redirects.Find(_slots[i])!));
                item.Entry.Sequence = LeftOut;
                continue;
            }

            if (item.Entry.Erased is { MayReturn: true } && partition.Contacts.Columns.LastSequence[_slots[i]] != (long)item.Entry.PreviousSequence)
            {
                // Something has come since its sender looked.
                item.Entry.Sequence = LeftOut;
                continue;
            }

            if (kind != GrainKind.None)
                turn.Want(partition, kind, _slots[i]);
            var entry = item.Entry;
            if (Proposals.IsStanding(entry.BodyCase) && !loop.Proposals.AdmitStanding(partition, kind, _slots[i], entry))
            {
                entry.Sequence = LeftOut;
                continue;
            }

            var sequence = partition.NextSequence(kind, _slots[i], out var previous);
            entry.Sequence = (ulong)sequence;
            entry.PreviousSequence = (ulong)previous;
            entry.ReceivedAtTicks = turn.TakenAt.Ticks;
            entry.Workspace = workspace == Workspaces.Default ? "" : workspace;
            entry.Kind = (Journal.V1.GrainKind)kind;
            entry.GrainId = item.Id;
            EntryWriter.Write(turn.BlockOf(partition, sequence), entry);
            if (entry.BodyCase == Entry.BodyOneofCase.MergeStarted)
                partition.Redirects.Add(_slots[i], entry.MergeStarted.IntoContactId, pending: true);
            else if (entry.BodyCase == Entry.BodyOneofCase.Erased)
                partition.Redirects.Erase(_slots[i], entry.Erased.MayReturn);
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        var stages = 0;
        for (var i = 0; i < items.Count; i++)
        {
            var partition = loop.Map[items[i].Partition];
            var entry = items[i].Entry;
            if (entry.Sequence != LeftOut)
            {
                _outcomes[i] = EntryApplier.Apply(partition, entry, _slots[i], loop.Node);
                partition.AppliedSequence = (long)entry.Sequence;
                loop.Settlement.Touch(partition, items[i].Kind, _slots[i]);
            }

            if (Proposals.IsStanding(entry.BodyCase))
                stages += EndStanding(loop, partition, items[i].Kind, _slots[i], entry);
            else if (entry.BodyCase == Entry.BodyOneofCase.AccountMoved)
                loop.Proposals.MoveApplied(partition, _slots[i]);
            else if (entry.BodyCase == Entry.BodyOneofCase.Reactivated)
                loop.Proposals.WakeUpApplied(partition, items[i].Kind, _slots[i]);
            else if (entry.BodyCase == Entry.BodyOneofCase.Surged)
                loop.Proposals.SurgeApplied(partition, _slots[i]);
            else if (entry.BodyCase == Entry.BodyOneofCase.CompanyMatched)
                loop.Proposals.MatchApplied(partition, _slots[i]);
            else if (entry.BodyCase == Entry.BodyOneofCase.Erased)
                EndErasure(loop, partition, entry);
            if (_outcomes[i] && GrainChange.MayBe(entry.BodyCase))
                loop.Node.Changes.Tell(partition.Index, entry);
        }

        loop.Node.Meters.StagesChanged(stages);
        if (ack == AckLevel.Ranked)
            loop.AnswerWhenRanked(Contacts(loop), this, () => _done.TrySetResult(_outcomes));
        else
            _done.TrySetResult(_outcomes);
    }

    // How many stages were changed.
    private static int EndStanding(PartitionLoop loop, Partition partition, GrainKind kind, int slot, Entry entry)
    {
        var isRefused = entry.Sequence == LeftOut;
        loop.Proposals.StandingEnded(partition, kind, slot, entry, isRefused);
        return isRefused || entry.BodyCase != Entry.BodyOneofCase.StageChanged ? 0 : 1;
    }

    // Loops of another model may take the place of these, and know nothing of the id once the journal has been rewritten.
    private static void EndErasure(PartitionLoop loop, Partition partition, Entry entry)
    {
        if (!entry.Erased.MayReturn)
            loop.Node.Parts.Tombstones.Add([Tombstone.From(entry.Erased.Tombstone.Span)]);
        loop.HastenCheckpoint(partition, partition.AppliedSequence);
    }

    internal override void Fail(Exception failure)
    {
        if (failure is not PartitionMovedException)
        {
            _done.TrySetException(failure);
            return;
        }

        Moved = [.. Enumerable.Range(0, items.Count)];
        _done.TrySetResult(_outcomes);
    }

    internal override RequestKind Kind => RequestKind.AppendEntries;

    internal override void WriteTo(IBufferWriter<byte> fields)
    {
        var request = new EntriesRequest { Workspace = KeyWire.NameOf(workspace), AckLevel = (int)ack, MustFit = weight == 0, By = MergeWire.Of(decided) };
        request.Items.AddRange(items.Select(AskedEntries.Of));
        request.WriteTo(fields);
    }

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer)
    {
        var read = EntriesAnswer.Parser.ParseFrom(answer.Span);
        if (read.Outcomes.Count != items.Count || read.Onward.Any(item => item.Index >= items.Count) || read.Moved.Any(index => index >= items.Count))
            throw new InvalidDataException("Another node answered for entries that it was not sent.");
        for (var i = 0; i < items.Count; i++)
        {
            _outcomes[i] = read.Outcomes[i].HadEffect;
            items[i].Entry.Sequence = read.Outcomes[i].Sequence;
        }

        if (read.Onward.Count > 0)
            Onward = [.. read.Onward.Select(item => ((int)item.Index, item.Into))];
        if (read.Moved.Count > 0)
            Moved = [.. read.Moved.Select(index => (int)index)];
        _done.TrySetResult(_outcomes);
    }

    // A contact that leads on has one more entry, that what it had has arrived, and one by which it is erased. What its loop
    // had proposed for it before is dropped.
    private static bool LeadsOn(Partition partition, int slot, Entry entry) =>
        partition.Redirects.Leads(slot)
        && (partition.Redirects.IsErased(slot) || entry.BodyCase is not (Entry.BodyOneofCase.MergeFinished or Entry.BodyOneofCase.Erased));

    // By these a contact that was let go of begins anew; what its loop had proposed for it before is dropped.
    private static bool IsHeard(Entry entry) => entry.BodyCase
        is Entry.BodyOneofCase.ContactUpserted or Entry.BodyOneofCase.MergeStarted or Entry.BodyOneofCase.SignalsMerged;

    private IEnumerable<(Partition Partition, int Slot)> Contacts(PartitionLoop loop)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Kind == GrainKind.Contact && items[i].Entry.Sequence != LeftOut)
                yield return (loop.Map[items[i].Partition], _slots[i]);
        }
    }
}

/// <summary>An entry on its way to a grain; one of no kind is about the partition itself.</summary>
internal readonly record struct GrainEntry(int Partition, GrainKind Kind, ulong Hash, string Id, Entry Entry)
{
    public static GrainEntry For(GrainKey key, int partitionCount, Entry entry)
    {
        var hash = KeyHash.Of(key);
        return new GrainEntry(KeyHash.PartitionOf(hash, partitionCount), key.Kind, hash, key.Id, entry);
    }
}
