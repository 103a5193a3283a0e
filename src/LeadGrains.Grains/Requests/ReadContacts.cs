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

    /// <summary>Once done: for each key the contact that it leads to, which is not read; null where it leads nowhere.</summary>
    public string?[] Onward { get; } = new string?[keys.Count];

    internal override int Weight => keys.Count;

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            _places[i] = loop.Map.Find(keys[i]);
            if (_places[i].Slot >= 0 && !_places[i].Partition.Redirects.Leads(_places[i].Slot))
                turn.Want(_places[i].Partition, GrainKind.Contact, _places[i].Slot);
        }
    }

    internal override void Apply(PartitionLoop loop)
    {
        loop.Settle();
        var view = Viewpoint.Of(loop.Node, at);
        var answers = new ContactAnswer?[keys.Count];
        for (var i = 0; i < keys.Count; i++)
        {
            var (partition, slot) = _places[i];
            if (slot < 0)
                continue;
            Onward[i] = partition.Redirects.Find(slot);
            if (Onward[i] is null && partition.Contacts.Find(slot) is { LastSequence: > 0 } contact)
                answers[i] = Answer(partition, contact, view);
        }

        _done.TrySetResult(answers);
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    private ContactAnswer Answer(Partition partition, ContactGrain contact, Viewpoint view)
    {
        var isEarly = isPast && view.At < contact.LastReceivedAt;
        return ContactAnswer.Of(partition, contact, view, explain && !isEarly) with { IsEarly = isEarly };
    }
}
