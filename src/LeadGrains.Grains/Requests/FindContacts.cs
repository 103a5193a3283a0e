using System.Buffers;
using System.Text;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;

namespace LeadGrains.Grains.Requests;

/// <summary>Whether contacts of one lane are known, and where they lead. No contact needs to be in memory for it.</summary>
internal sealed class FindContacts(IReadOnlyList<GrainKey> keys) : KeyedRequest<FoundContact>(keys)
{
    internal override void Apply(PartitionLoop loop)
    {
        var answers = new FoundContact[Keys.Count];
        for (var i = 0; i < Keys.Count; i++)
        {
            var (partition, slot) = loop.Map.Find(Keys[i]);
            if (slot >= 0 && partition.Redirects.MayReturn(slot))
                answers[i] = default;
            else if (slot >= 0)
                answers[i] = new FoundContact(partition.Contacts.Columns.LastSequence[slot] > 0, partition.Redirects.Find(slot), partition.Redirects.IsPending(slot));
            else if (loop.Node.Parts.Tombstones.Hold(Keys[i].Workspace, Encoding.UTF8.GetBytes(Keys[i].Id)))
                answers[i] = new FoundContact(IsKnown: false, ContactRedirects.Nobody);
        }

        Answer(answers);
    }

    internal override RequestKind Kind => RequestKind.FindContacts;

    internal override void WriteTo(IBufferWriter<byte> fields) => KeyWire.Write(fields, Keys);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) =>
        AnswerAll(LeadsAnswer.Parser.ParseFrom(answer.Span).Contacts.Select(FoundWire.From));
}

/// <param name="IsKnown">It has an entry.</param>
/// <param name="Into">The contact that it leads to, <see cref="ContactRedirects.Nobody"/> where it was erased; null where it does not lead on.</param>
/// <param name="IsPending">What it had has not all arrived there.</param>
internal readonly record struct FoundContact(bool IsKnown, string? Into, bool IsPending = false);
