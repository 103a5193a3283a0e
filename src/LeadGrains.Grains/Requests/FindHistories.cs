using System.Buffers;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;

namespace LeadGrains.Grains.Requests;

/// <summary>Where the histories of grains of one lane end. What is found is durable and applied; no grain is brought into memory.</summary>
internal sealed class FindHistories(IReadOnlyList<GrainKey> keys) : KeyedRequest<HistoryEnd>(keys)
{
    private readonly HistoryEnd[] _ends = new HistoryEnd[keys.Count];

    internal override int Weight => 1;

    // What has been sequenced by now is durable when this is applied; what turns to come sequence may not be.
    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        for (var i = 0; i < Keys.Count; i++)
        {
            var (partition, slot) = loop.Map.Find(Keys[i]);
            var last = slot < 0 || (Keys[i].Kind == GrainKind.Contact && partition.Redirects.IsErased(slot)) ? 0 : partition.ColumnsOf(Keys[i].Kind).LastSequence[slot];
            _ends[i] = new HistoryEnd(Keys[i], partition.Index, last, 0);
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        for (var i = 0; i < _ends.Length; i++)
            _ends[i] = _ends[i] with { ModelSequence = loop.Map[_ends[i].Partition].ModelSequence };
        Answer(_ends);
    }

    internal override RequestKind Kind => RequestKind.FindHistories;

    internal override void WriteTo(IBufferWriter<byte> fields) => KeyWire.Write(fields, Keys);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) =>
        AnswerAll(HistoriesAnswer.Parser.ParseFrom(answer.Span).Grains.Zip(Keys, FoundWire.From));
}

/// <param name="Key">The grain.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="LastSequence">Its newest entry; 0 where it has none.</param>
/// <param name="ModelSequence">The newest model entry of the partition; 0 where none is known.</param>
internal readonly record struct HistoryEnd(GrainKey Key, int Partition, long LastSequence, long ModelSequence);
