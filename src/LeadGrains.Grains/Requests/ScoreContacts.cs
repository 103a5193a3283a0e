using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <summary>The scores of contacts of one lane, from their columns, null for those that are not known: no contact needs to be in memory for it.</summary>
internal sealed class ScoreContacts(IReadOnlyList<GrainKey> keys, Instant at) : KeyedRequest<AccountContactView?>(keys)
{
    internal override int Weight => 1;

    internal override void Apply(PartitionLoop loop)
    {
        loop.Settle();
        var views = new AccountContactView?[Keys.Count];
        for (var i = 0; i < Keys.Count; i++)
        {
            var (partition, slot) = loop.Map.Find(Keys[i]);
            if (slot < 0)
                continue;
            var score = partition.Contacts.FormulaAt(at).ScoreOf(slot);
            views[i] = new AccountContactView(
                Keys[i].Id,
                ScoreViews.Of(score, at, loop.Node.Served.VersionOf(Keys[i].Workspace)),
                partition.Links.WeightOf(slot) * score.IntentPoints,
                partition.Contacts.Columns.LastSignalAt(slot));
        }

        Answer(views);
    }

    internal override RequestKind Kind => RequestKind.ScoreContacts;

    internal override void WriteTo(IBufferWriter<byte> fields)
    {
        var request = new ScoresRequest { AtTicks = at.Ticks };
        request.Keys.AddRange(Keys.Select(KeyWire.Of));
        request.WriteTo(fields);
    }

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) =>
        AnswerAll(ScoresAnswer.Parser.ParseFrom(answer.Span).Contacts.Zip(Keys, FoundWire.From));
}
