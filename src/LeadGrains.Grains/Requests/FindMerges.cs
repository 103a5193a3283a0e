using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using StartedMerge = LeadGrains.Grains.Merges.StartedMerge;

namespace LeadGrains.Grains.Requests;

/// <summary>
/// Merges that have been started and not finished, of contacts of some partitions. Whoever asks knows all of them afterwards:
/// what was decided before it asked and comes later does not begin any more.
/// </summary>
/// <param name="partitions">Those that are not driven there are passed over.</param>
/// <param name="asked">When it was decided to ask.</param>
internal sealed class FindMerges(IReadOnlyCollection<int> partitions, MergeStamp asked) : PartitionRequest
{
    private readonly TaskCompletionSource<FoundMerges> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer, or the end of the wait.</summary>
    public Task<FoundMerges> DoneAsync(CancellationToken cancellationToken) => _done.Task.WaitAsync(cancellationToken);

    internal override int Weight => 1;

    // Before the next start has its sequence.
    internal override void Sequence(PartitionLoop loop, Turn turn) => loop.Node.Parts.Merges.Raise(asked);

    internal override void Apply(PartitionLoop loop)
    {
        var (merges, looked) = (new List<StartedMerge>(), new List<int>());
        foreach (var partition in loop.Partitions.Where(partition => partitions.Contains(partition.Index) && loop.Map.Takes(partition.Index)))
        {
            var pending = StartedMerge.PendingIn(partition).ToList();

            // Something of it is on its way to the journal: nobody knows yet whether it arrives.
            if (pending.Exists(merge => merge.LastSequence > partition.AppliedSequence))
                continue;
            looked.Add(partition.Index);
            merges.AddRange(pending);
        }

        _done.TrySetResult(new FoundMerges(merges, looked));
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    internal override RequestKind Kind => RequestKind.FindMerges;

    internal override void WriteTo(IBufferWriter<byte> fields) =>
        new StartedMergesRequest { Partitions = { partitions.Select(partition => (uint)partition) }, By = MergeWire.Of(asked) }.WriteTo(fields);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) =>
        _done.TrySetResult(MergeWire.From(StartedMergesAnswer.Parser.ParseFrom(answer.Span)));
}
