using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Registry.V1;

namespace LeadGrains.Grains.Requests;

/// <summary>A contact that another node is to erase. No loop does.</summary>
internal sealed class EraseContact(string workspace, string contactId) : PartitionRequest
{
    private readonly TaskCompletionSource<ErasureReport> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ErasureReport> Done => _done.Task;

    public override bool TakesItsTime => true;

    internal override int Weight => 1;

    internal override void Apply(PartitionLoop loop) => Fail(new PartitionMovedException());

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    internal override RequestKind Kind => RequestKind.EraseContact;

    internal override void WriteTo(IBufferWriter<byte> fields) =>
        new EraseRequest { Workspace = KeyWire.NameOf(workspace), ContactId = contactId }.WriteTo(fields);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) => _done.TrySetResult(ErasureReport.Of(Erasure.Parser.ParseFrom(answer.Span)));
}
