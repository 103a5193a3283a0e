using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Activation;

/// <summary>Where the grain is that an entry is about.</summary>
/// <param name="Partition">Its partition.</param>
/// <param name="Kind">None where the entry is about the partition.</param>
/// <param name="Slot">Its slot; -1 for none.</param>
/// <param name="Sequence">The entry's; 0 for a signal that is left out, since its contact leads to another one.</param>
internal readonly record struct EntryPlace(Partition Partition, GrainKind Kind, int Slot, long Sequence)
{
    public bool IsLeftOut => Sequence == 0;
}
