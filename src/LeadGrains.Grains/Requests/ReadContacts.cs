using System.Text;
using LeadGrains.Grains.Contacts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <summary>
/// Contacts of one lane with their state; null where one is not known. A null instant means now. Asked for the past,
/// a contact that has had an entry since says so and is not explained.
/// </summary>
internal sealed class ReadContacts(IReadOnlyList<GrainKey> keys, Instant? at, bool explain, bool isPast) : PartitionRequest
{
    private readonly TaskCompletionSource<ContactAnswer?[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly (Partition Partition, int Slot)[] _places = new (Partition, int)[keys.Count];

    public Task<ContactAnswer?[]> Done => _done.Task;

    internal override int Weight => keys.Count;

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            _places[i] = loop.Map.Find(keys[i]);
            if (_places[i].Slot >= 0)
                turn.Want(_places[i].Partition, GrainKind.Contact, _places[i].Slot);
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        loop.Settle();
        var now = at ?? loop.Node.Now();
        var answers = new ContactAnswer?[keys.Count];
        for (var i = 0; i < keys.Count; i++)
        {
            var (partition, slot) = _places[i];
            if (slot >= 0 && partition.Contacts.Find(slot) is { LastSequence: > 0 } contact)
                answers[i] = Answer(loop, partition, contact, now);
        }

        _done.TrySetResult(answers);
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    private ContactAnswer Answer(PartitionLoop loop, Partition partition, ContactGrain contact, Instant now)
    {
        var model = loop.Node.Model;
        var score = partition.Contacts.Columns.ScoreAt(contact.Slot, now);
        var view = new ContactView(
            partition.IdOf(GrainKind.Contact, contact.Slot),
            Encoding.UTF8.GetString(contact.Membership.Email),
            contact.Membership.AccountId,
            contact.Membership.Match,
            new Dictionary<string, TraitValue>(contact.Traits, StringComparer.Ordinal),
            ScoreViews.Of(score, now, loop.Node.ModelVersion),
            contact.LastSignalAt == Instant.Min ? null : contact.LastSignalAt,
            contact.SignalCount,
            Disqualified: contact.Disqualifier is not null,
            DisqualifiedReason: contact.Disqualifier?.Reason ?? "");
        var isEarly = isPast && now < contact.LastReceivedAt;
        var parts = explain && !isEarly ? ContactExplanation.Of(model, contact.Traits, contact.Intent, now) : [];
        return new ContactAnswer(view, parts, isEarly);
    }
}

/// <param name="View">The contact.</param>
/// <param name="Parts">Every addend of its score, where asked for.</param>
/// <param name="IsEarly">The instant asked for lies before the contact's last entry.</param>
internal sealed record ContactAnswer(ContactView View, IReadOnlyList<ScorePart> Parts, bool IsEarly);
