using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;

namespace LeadGrains.Grains.Requests;

/// <summary>A merge that another node is to decide. No loop does.</summary>
internal sealed class MergeContacts(MergeAsked merge) : PartitionRequest
{
    private readonly TaskCompletionSource<MergeResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<MergeResult> Done => _done.Task;

    internal override int Weight => 1;

    internal override void Apply(PartitionLoop loop) => Fail(new PartitionMovedException());

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    internal override RequestKind Kind => RequestKind.MergeContacts;

    internal override void WriteTo(IBufferWriter<byte> fields) =>
        new MergeRequest
        {
            Workspace = KeyWire.NameOf(merge.Workspace),
            From = merge.From,
            Into = merge.Into,
            StrangersOnly = merge.StrangersOnly,
        }.WriteTo(fields);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer)
    {
        var read = MergeAnswer.Parser.ParseFrom(answer.Span);
        _done.TrySetResult(new MergeResult((MergeOutcome)read.Outcome, read.MovedSignals));
    }
}
