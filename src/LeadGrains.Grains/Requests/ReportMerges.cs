using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;

namespace LeadGrains.Grains.Requests;

/// <summary>Tells the node that decides merges of partitions which have come somewhere with merges that are not finished. No loop takes them up.</summary>
internal sealed class ReportMerges(IReadOnlyList<int> partitions) : PartitionRequest
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>It has been heard, or the end of the wait.</summary>
    public Task DoneAsync(CancellationToken waiting) => _done.Task.WaitAsync(waiting);

    internal override int Weight => 0;

    internal override void Apply(PartitionLoop loop) => Fail(new PartitionMovedException());

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    internal override RequestKind Kind => RequestKind.ReportMerges;

    internal override void WriteTo(IBufferWriter<byte> fields) =>
        new ReportMergesRequest { Partitions = { partitions.Select(partition => (uint)partition) } }.WriteTo(fields);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) => _done.TrySetResult();
}
