using System.Buffers;
using System.Text;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Signals;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <summary>The signals of one batch that belong to one lane. The batch's buffer is read until the answer.</summary>
internal sealed class RecordSignals : PartitionRequest, IDisposable
{
    private const int UsualSignalBytes = 128;
    private const long LeftOut = 0;

    // How many signals ahead the processor fetches what they will need. Each line says where the next one is, so every
    // signal comes up several times on the way, each time a step further.
    private const int CellAhead = 8;
    private const int RecordAhead = 4;
    private const int PlaceAhead = 10;
    private const int GrainAhead = 8;
    private const int PartsAhead = 6;
    private const int ContentsAhead = 4;
    private const int RestAhead = 2;

    private readonly TaskCompletionSource<RecordOutcome> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SignalBatch _batch;
    private readonly int[]? _indices;
    private readonly int _count;
    private readonly Place[] _places;

    /// <summary>All signals of the batch, or those at the first <paramref name="count"/> rented indices.</summary>
    public RecordSignals(SignalBatch batch, int[]? indices, int count)
    {
        _batch = batch;
        _indices = indices;
        _count = count;
        _places = ArrayPool<Place>.Shared.Rent(count);
        Weight = WeightOf(batch, indices, count);
    }

    /// <summary>Newly recorded and duplicates, known when the batch has been applied.</summary>
    public Task<RecordOutcome> Done => _done.Task;

    /// <summary>
    /// Once done: signals of the batch, by their place in it, whose contact leads to another one, and to which. Nothing
    /// became of them here. Null where there are none.
    /// </summary>
    public List<OnwardSignal>? Onward { get; private set; }

    internal override int Weight { get; }

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        var code = loop.Node.Workspaces.CodeOf(_batch.Workspace);
        Span<byte> workspace = stackalloc byte[Limits.WorkspaceBytes];
        workspace = _batch.Workspace == Workspaces.Default
            ? default
            : workspace[..Encoding.UTF8.GetBytes(_batch.Workspace, workspace)];
        var slices = _batch.Slices;
        for (var i = 0; i < _count; i++)
        {
            if (i + CellAhead < _count)
                KeysOf(loop, slices[IndexAt(i + CellAhead)]).FetchCell(slices[IndexAt(i + CellAhead)].KeyHash);
            if (i + RecordAhead < _count)
                KeysOf(loop, slices[IndexAt(i + RecordAhead)]).FetchRecord(slices[IndexAt(i + RecordAhead)].KeyHash);
            ref readonly var slice = ref slices[IndexAt(i)];
            var partition = loop.Map[slice.Partition];
            var slot = turn.Place(partition, slice.Kind, slice.KeyHash, code, _batch.Bytes(slice.Key));
            if (slice.Kind == GrainKind.Contact && partition.Redirects.Leads(slot))
            {
                LeaveOut(i, partition.Redirects.Find(slot)!);
                continue;
            }

            turn.Want(partition, slice.Kind, slot);
            var sequence = partition.NextSequence(slice.Kind, slot, out var previous);
            EntryWriter.WriteSignal(
                turn.BlockOf(partition, sequence), sequence, previous, _batch.ReceivedAt, workspace, _batch.Bytes(slice.Signal));
            _places[i] = new Place(slot, sequence);
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        uint recorded = 0;
        var slices = _batch.Slices;
        for (var i = 0; i < _count; i++)
        {
            FetchAhead(loop, i);
            loop.SettleMany();
            ref readonly var slice = ref slices[IndexAt(i)];
            var partition = loop.Map[slice.Partition];
            var place = _places[i];
            if (place.Sequence == LeftOut)
                continue;
            var facts = SignalFacts.Of(_batch, slice);
            if (loop.ApplySignal(partition, slice.Kind, place.Slot, facts, place.Sequence))
                recorded++;
        }

        var here = (uint)(_count - (Onward?.Count ?? 0));
        Answer(loop, new RecordOutcome(recorded, here - recorded));
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    public void Dispose()
    {
        ArrayPool<Place>.Shared.Return(_places);
        if (_indices is not null)
            ArrayPool<int>.Shared.Return(_indices);
    }

    private void Answer(PartitionLoop loop, RecordOutcome outcome)
    {
        if (_batch.AckLevel == AckLevel.Ranked)
            loop.AnswerWhenRanked(Contacts(loop), this, () => _done.TrySetResult(outcome));
        else
            _done.TrySetResult(outcome);
    }

    private List<(Partition Partition, int Slot)> Contacts(PartitionLoop loop)
    {
        var contacts = new List<(Partition, int)>(_count);
        var slices = _batch.Slices;
        for (var i = 0; i < _count; i++)
        {
            ref readonly var slice = ref slices[IndexAt(i)];
            if (slice.Kind == GrainKind.Contact && _places[i].Sequence != LeftOut)
                contacts.Add((loop.Map[slice.Partition], _places[i].Slot));
        }

        return contacts;
    }

    private void FetchAhead(PartitionLoop loop, int i)
    {
        if (ContactAt(loop, i + PlaceAhead, out var slot) is { } far)
        {
            far.Contacts.FetchPlace(slot);
            CacheLine.Fetch(ref far.Links[slot]);
        }

        if (ContactAt(loop, i + GrainAhead, out slot) is { } grains && grains.Contacts.Find(slot) is { } grain)
            CacheLine.Fetch(grain, lines: 4);
        if (ContactAt(loop, i + PartsAhead, out slot) is { } parts)
        {
            parts.Contacts.Find(slot)?.FetchParts();
            parts.Contacts.Columns.Fetch(slot);
        }

        if (ContactAt(loop, i + ContentsAhead, out slot) is { } contents)
        {
            contents.Contacts.Find(slot)?.FetchContents();
            contents.Contacts.Columns.Velocity.FetchDays(slot);
        }

        if (ContactAt(loop, i + RestAhead, out slot) is { } rest)
            rest.Contacts.Find(slot)?.Intent.FetchRest();
    }

    private Partition? ContactAt(PartitionLoop loop, int i, out int slot)
    {
        slot = -1;
        if (i >= _count || _places[i].Sequence == LeftOut || _batch.Slices[IndexAt(i)] is not { Kind: GrainKind.Contact, Partition: var partition })
            return null;
        slot = _places[i].Slot;
        return loop.Map[partition];
    }

    private static ResidentTable KeysOf(PartitionLoop loop, in SignalSlice slice) => loop.Map[slice.Partition].KeysOf(slice.Kind);

    private void LeaveOut(int i, string into)
    {
        (Onward ??= []).Add(new OnwardSignal(IndexAt(i), into));
        _places[i] = new Place(-1, LeftOut);
    }

    // Signals may be long: the queue's and the turn's bounds are bounds of memory too.
    private static int WeightOf(SignalBatch batch, int[]? indices, int count)
    {
        long bytes = 0;
        var slices = batch.Slices;
        for (var i = 0; i < count; i++)
            bytes += slices[indices is null ? i : indices[i]].Signal.Length;
        return (int)Math.Max(count, bytes / UsualSignalBytes);
    }

    private int IndexAt(int i) => _indices is null ? i : _indices[i];

    private readonly record struct Place(int Slot, long Sequence);
}
