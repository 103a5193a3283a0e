using System.Buffers;
using Google.Protobuf;
using LeadGrains.Cluster.V1;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <summary>
/// Contacts of one lane with their state. A null instant means now. Asked for the past, a contact that has had an entry
/// since says so and is not explained.
/// </summary>
internal sealed class ReadContacts(IReadOnlyList<GrainKey> keys, Instant? at, bool explain, bool isPast) : KeyedRequest<ReadContact>(keys)
{
    private readonly (Partition Partition, int Slot)[] _places = new (Partition, int)[keys.Count];

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        for (var i = 0; i < Keys.Count; i++)
        {
            _places[i] = loop.Map.Find(Keys[i]);
            if (_places[i].Slot >= 0 && !_places[i].Partition.Redirects.Leads(_places[i].Slot))
                turn.Want(_places[i].Partition, GrainKind.Contact, _places[i].Slot);
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        loop.Settle();
        var then = at ?? loop.Node.Now();
        var answers = new ReadContact[Keys.Count];
        for (var i = 0; i < Keys.Count; i++)
        {
            var (partition, slot) = _places[i];
            if (slot < 0)
                continue;
            if (partition.Redirects.Find(slot) is { } into)
                answers[i] = new ReadContact(null, into);
            else if (partition.Contacts.Find(slot) is { LastSequence: > 0 } contact)
                answers[i] = new ReadContact(AnswerOf(partition, contact, Viewpoint.Of(loop.Node, Keys[i].Workspace, then)), null);
        }

        Answer(answers);
    }

    internal override RequestKind Kind => RequestKind.ReadContacts;

    internal override void WriteTo(IBufferWriter<byte> fields)
    {
        var request = new ContactsRequest { Explain = explain, IsPast = isPast };
        request.Keys.AddRange(Keys.Select(KeyWire.Of));
        if (at is { } then)
            request.AtTicks = then.Ticks;
        request.WriteTo(fields);
    }

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) =>
        AnswerAll(ContactsAnswer.Parser.ParseFrom(answer.Span).Contacts.Select(ContactWire.From));

    private ContactAnswer AnswerOf(Partition partition, ContactGrain contact, Viewpoint view)
    {
        var isEarly = isPast && view.At < contact.LastReceivedAt;
        return ContactAnswer.Of(partition, contact, view, explain && !isEarly) with { IsEarly = isEarly };
    }
}

/// <param name="Answer">Null where it is not known, or leads to another contact.</param>
/// <param name="Into">The contact that it leads to, which is not read; null where it leads nowhere.</param>
internal readonly record struct ReadContact(ContactAnswer? Answer, string? Into);
