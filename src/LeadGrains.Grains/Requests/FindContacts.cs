using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Requests;

/// <summary>Whether contacts of one lane are known, and where they lead. No contact needs to be in memory for it.</summary>
internal sealed class FindContacts(IReadOnlyList<GrainKey> keys) : PartitionRequest
{
    private readonly TaskCompletionSource<FoundContact[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<FoundContact[]> Done => _done.Task;

    internal override int Weight => keys.Count;

    internal override bool IsFor(PartitionMap map) => keys.All(map.Takes);

    internal override void Apply(PartitionLoop loop)
    {
        var answers = new FoundContact[keys.Count];
        for (var i = 0; i < keys.Count; i++)
        {
            var (partition, slot) = loop.Map.Find(keys[i]);
            if (slot >= 0)
                answers[i] = new FoundContact(partition.Contacts.Columns.LastSequence[slot] > 0, partition.Redirects.Find(slot));
        }

        _done.TrySetResult(answers);
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);
}

/// <param name="IsKnown">It has an entry.</param>
/// <param name="Into">The contact that it leads to; null where it leads nowhere.</param>
internal readonly record struct FoundContact(bool IsKnown, string? Into);
