using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using StartedMerge = LeadGrains.Grains.Merges.StartedMerge;

namespace LeadGrains.Grains.Requests;

/// <summary>Merges that have been started and not finished, of contacts of some partitions. Those that are not driven there are passed over.</summary>
internal sealed class FindMerges(IReadOnlyCollection<int> partitions) : PartitionRequest
{
    private readonly TaskCompletionSource<FoundMerges> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<FoundMerges> Done => _done.Task;

    internal override int Weight => 1;

    internal override void Apply(PartitionLoop loop)
    {
        var looked = loop.Partitions.Where(partition => partitions.Contains(partition.Index) && loop.Map.Takes(partition.Index)).ToList();
        _done.TrySetResult(new FoundMerges([.. looked.SelectMany(StartedMerge.PendingIn)], [.. looked.Select(partition => partition.Index)]));
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    internal override RequestKind Kind => RequestKind.FindMerges;

    internal override void WriteTo(IBufferWriter<byte> fields) =>
        new StartedMergesRequest { Partitions = { partitions.Select(partition => (uint)partition) } }.WriteTo(fields);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) =>
        _done.TrySetResult(MergeWire.From(StartedMergesAnswer.Parser.ParseFrom(answer.Span)));
}
