using System.Buffers;
using System.Text;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains.Requests;

/// <summary>The signals of one batch that belong to one lane. The batch's buffer is read until the answer.</summary>
internal sealed class RecordSignals : PartitionRequest, IDisposable
{
    private const int UsualSignalBytes = 128;

    // How many signals ahead the processor fetches what says where their grains are: see Lookahead.
    private const int CellAhead = 8;
    private const int RecordAhead = 4;

    private readonly TaskCompletionSource<RecordOutcome> _done;
    private readonly SignalBatch _batch;
    private readonly int[]? _indices;
    private readonly int _count;
    private Turn? _turn;
    private int _first;

    /// <summary>All signals of the batch, or those at the first <paramref name="count"/> rented indices.</summary>
    /// <param name="batch">The signals.</param>
    /// <param name="indices">Which of them; null for all.</param>
    /// <param name="count">How many.</param>
    /// <param name="endsOnLoop">
    /// Whoever waits goes on where it is answered, on the loop's thread, and so must be quick and never wait there.
    /// </param>
    public RecordSignals(SignalBatch batch, int[]? indices, int count, bool endsOnLoop = false)
    {
        _done = new(endsOnLoop ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        _batch = batch;
        _indices = indices;
        _count = count;
        Weight = WeightOf(batch, indices, count);
    }

    /// <summary>Newly recorded and duplicates, known when the batch has been applied.</summary>
    public Task<RecordOutcome> Done => _done.Task;

    /// <summary>
    /// Once done: signals of the batch, by their place in it, whose contact leads to another one, and to which. Nothing
    /// became of them here. Null where there are none.
    /// </summary>
    public List<OnwardSignal>? Onward { get; private set; }

    /// <summary>
    /// Once done: signals of the batch, by their place in it, whose partition is not driven where they were sent. Nothing
    /// became of them. Null where there are none.
    /// </summary>
    public List<int>? Moved { get; private set; }

    internal override int Weight { get; }

    internal override bool IsFor(PartitionMap map)
    {
        var slices = _batch.Slices;
        for (var i = 0; i < _count; i++)
        {
            if (!map.Takes(slices[IndexAt(i)].Partition))
                return false;
        }

        return true;
    }

    internal override void FetchCells(PartitionLoop loop)
    {
        for (var i = 0; i < Math.Min(_count, CellAhead); i++)
            FetchCell(loop, i);
    }

    internal override void FetchKeys(PartitionLoop loop)
    {
        for (var i = 0; i < Math.Min(_count, RecordAhead); i++)
            FetchRecord(loop, i);
    }

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        var code = loop.Node.Workspaces.CodeOf(_batch.Workspace);
        Span<byte> workspace = stackalloc byte[Limits.WorkspaceBytes];
        workspace = _batch.Workspace == Workspaces.Default
            ? default
            : workspace[..Encoding.UTF8.GetBytes(_batch.Workspace, workspace)];
        var slices = _batch.Slices;
        (_turn, _first) = (turn, turn.Signals.Length);
        for (var i = 0; i < _count; i++)
        {
            if (i + CellAhead < _count)
                FetchCell(loop, i + CellAhead);
            if (i + RecordAhead < _count)
                FetchRecord(loop, i + RecordAhead);
            ref readonly var slice = ref slices[IndexAt(i)];
            var partition = loop.Map[slice.Partition];
            var slot = turn.Place(partition, slice.Kind, slice.KeyHash, code, _batch.Bytes(slice.Key));
            if (slice.Kind == GrainKind.Contact && partition.Redirects.MayReturn(slot))
                partition.Redirects.Return(slot);
            if (slice.Kind == GrainKind.Contact && partition.Redirects.Leads(slot))
            {
                (Onward ??= []).Add(new OnwardSignal(IndexAt(i), partition.Redirects.Find(slot)!));
                turn.Add(new EntryPlace(partition, slice.Kind, slot, 0));
                continue;
            }

            turn.Want(partition, slice.Kind, slot);
            var sequence = partition.NextSequence(slice.Kind, slot, out var previous);
            EntryWriter.WriteSignal(
                turn.BlockOf(partition, sequence), sequence, previous, _batch.ReceivedAt, workspace, _batch.Bytes(slice.Signal));
            turn.Add(new EntryPlace(partition, slice.Kind, slot, sequence));
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        uint recorded = 0;
        var slices = _batch.Slices;
        var places = _turn!.Signals;
        for (var i = 0; i < _count; i++)
        {
            Lookahead.Fetch(places, _first + i);
            loop.SettleMany();
            ref readonly var place = ref places[_first + i];
            if (place.IsLeftOut)
                continue;
            var facts = SignalFacts.Of(_batch, slices[IndexAt(i)]);
            if (EntryApplier.Apply(place.Partition, place.Kind, place.Slot, facts, place.Sequence, loop.Node.ModelOf(place.Partition, place.Kind, place.Slot), loop.Settlement))
                recorded++;
        }

        var here = (uint)(_count - (Onward?.Count ?? 0));
        Answer(loop, new RecordOutcome(recorded, here - recorded));
        _turn = null;
    }

    internal override void Fail(Exception failure)
    {
        if (failure is not PartitionMovedException)
        {
            _done.TrySetException(failure);
            return;
        }

        Moved = [.. Enumerable.Range(0, _count).Select(IndexAt)];
        _done.TrySetResult(default);
    }

    internal override RequestKind Kind => RequestKind.RecordSignals;

    internal override void WriteTo(IBufferWriter<byte> fields) => SignalsWire.Write(fields, _batch, _indices, _count);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer)
    {
        var read = SignalsAnswer.Parser.ParseFrom(answer.Span);
        if (read.Onward.Any(signal => signal.Index >= _count) || read.Moved.Any(index => index >= _count))
            throw new InvalidDataException("Another node answered for signals that it was not sent.");
        if (read.Onward.Count > 0)
            Onward = [.. read.Onward.Select(signal => new OnwardSignal(IndexAt((int)signal.Index), signal.Into))];
        if (read.Moved.Count > 0)
            Moved = [.. read.Moved.Select(index => IndexAt((int)index))];
        _done.TrySetResult(new RecordOutcome(read.Recorded, read.Duplicates));
    }

    public void Dispose()
    {
        if (_indices is not null)
            ArrayPool<int>.Shared.Return(_indices);
    }

    private void Answer(PartitionLoop loop, RecordOutcome outcome)
    {
        if (_batch.AckLevel == AckLevel.Ranked)
            loop.AnswerWhenRanked(Contacts(), this, () => _done.TrySetResult(outcome));
        else
            _done.TrySetResult(outcome);
    }

    private List<(Partition Partition, int Slot)> Contacts()
    {
        var contacts = new List<(Partition, int)>(_count);
        foreach (ref readonly var place in _turn!.Signals.Slice(_first, _count))
        {
            if (place is { Kind: GrainKind.Contact, IsLeftOut: false })
                contacts.Add((place.Partition, place.Slot));
        }

        return contacts;
    }

    private void FetchCell(PartitionLoop loop, int i) => KeysOf(loop, i, out var hash).FetchCell(hash);

    private void FetchRecord(PartitionLoop loop, int i) => KeysOf(loop, i, out var hash).FetchRecord(hash);

    private ResidentTable KeysOf(PartitionLoop loop, int i, out ulong hash)
    {
        ref readonly var slice = ref _batch.Slices[IndexAt(i)];
        hash = slice.KeyHash;
        return loop.Map[slice.Partition].KeysOf(slice.Kind);
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
}
