using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Merges;

/// <summary>A merge that is journalled, and has to be finished.</summary>
/// <param name="From">The contact that leads on.</param>
/// <param name="Into">The contact that it leads to.</param>
/// <param name="LastSequence">The last entry of the history of <paramref name="From"/>: where the merge started.</param>
internal sealed record StartedMerge(GrainKey From, GrainKey Into, long LastSequence)
{
    /// <summary>Those of a partition that an earlier run started and did not finish. Before its loop runs.</summary>
    public static IEnumerable<StartedMerge> PendingIn(Partition partition)
    {
        foreach (var slot in partition.Redirects.Pending)
        {
            var source = partition.KeyOf(GrainKind.Contact, slot);
            var target = source with { Id = partition.Redirects.Find(slot)! };
            yield return new StartedMerge(source, target, partition.Contacts.Columns.LastSequence[slot]);
        }
    }
}
