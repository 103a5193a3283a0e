using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Recovery;

/// <summary>Where the store has the rows of a partition's grains, as far as it told; for the time of a recovery.</summary>
internal sealed class RowPlaces(Partition partition)
{
    private readonly Column<long> _contacts = new();
    private readonly Column<long> _accounts = new();

    public void Set(GrainKind kind, int slot, long place)
    {
        var places = Of(kind);
        places.EnsureCapacity(partition.KeysOf(kind).Slots);
        places[slot] = place;
    }

    /// <summary>0 where it is not known.</summary>
    public long Find(GrainKind kind, int slot) => Of(kind) is var places && slot < places.Capacity ? places[slot] : 0;

    private Column<long> Of(GrainKind kind) => kind == GrainKind.Contact ? _contacts : _accounts;
}
