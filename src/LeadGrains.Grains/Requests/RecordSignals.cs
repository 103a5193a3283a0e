using System.Buffers;
using System.Text;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains.Requests;

/// <summary>The signals of one batch that belong to one lane. The batch's buffer is read until the answer.</summary>
internal sealed class RecordSignals : PartitionRequest, IDisposable
{
    private const int UsualSignalBytes = 128;
    private const long LeftOut = 0;

    // How many signals ahead the processor fetches what says where their grains are: see Lookahead.
    private const int CellAhead = 8;
    private const int RecordAhead = 4;

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
        var next = new NextContacts(this, loop, slices);
        for (var i = 0; i < _count; i++)
        {
            Lookahead.Fetch(next, i);
            loop.SettleMany();
            ref readonly var slice = ref slices[IndexAt(i)];
            var partition = loop.Map[slice.Partition];
            var place = _places[i];
            if (place.Sequence == LeftOut)
                continue;
            var facts = SignalFacts.Of(_batch, slice);
            if (EntryApplier.Apply(partition, slice.Kind, place.Slot, facts, place.Sequence, loop.Node.Model, loop.Settlement))
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

    private readonly ref struct NextContacts(RecordSignals request, PartitionLoop loop, ReadOnlySpan<SignalSlice> slices) : INextContacts
    {
        private readonly ReadOnlySpan<SignalSlice> _slices = slices;

        public bool TryGet(int place, out Partition partition, out int slot)
        {
            if (place < request._count)
            {
                ref readonly var slice = ref _slices[request.IndexAt(place)];
                partition = loop.Map[slice.Partition];
                slot = request._places[place].Slot;
                return slice.Kind == GrainKind.Contact && slot >= 0;
            }

            partition = null!;
            slot = -1;
            return false;
        }
    }
}
