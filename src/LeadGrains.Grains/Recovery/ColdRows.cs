using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using LeadGrains.Grains.Activation;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Recovery;

/// <summary>
/// Brings the grains of one partition to life that a stretch of the journal's tail is about: by the places of their rows,
/// all together and in the order in which they lie, and by their keys where the store told no place.
/// </summary>
internal sealed class ColdRows(RecoveryLane lane)
{
    private readonly Restoration _restoration = new(lane.Node);
    private readonly List<long> _places = [];
    private readonly List<(GrainKind Kind, int Slot)> _placed = [];
    private readonly List<GrainKey> _keys = [];
    private readonly List<(GrainKind Kind, int Slot)> _keyed = [];

    /// <summary>How many are wanted.</summary>
    public int Count => _placed.Count + _keyed.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(Partition partition, GrainKind kind, int slot)
    {
        var place = lane.PlacesOf(partition).Find(kind, slot);
        if (place != 0)
        {
            _places.Add(place);
            _placed.Add((kind, slot));
            return;
        }

        _keys.Add(partition.KeyOf(kind, slot));
        _keyed.Add((kind, slot));
    }

    public void Fetch(Partition partition, CancellationToken cancellationToken)
    {
        if (Count == 0)
            return;
        FetchPlaced(partition, cancellationToken);
        FetchKeyed(partition, cancellationToken);
        lane.Node.Meters.ColdRead(Count);
        Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FetchPlaced(Partition partition, CancellationToken cancellationToken)
    {
        if (_placed.Count == 0)
            return;
        CollectionsMarshal.AsSpan(_places).Sort(CollectionsMarshal.AsSpan(_placed));
        var next = 0;
        foreach (var row in lane.Node.Store.ReadAt(_places, cancellationToken))
        {
            var (kind, slot) = _placed[next++];
            _restoration.Activate(partition, kind, slot, row);
        }
    }

    private void FetchKeyed(Partition partition, CancellationToken cancellationToken)
    {
        if (_keyed.Count == 0)
            return;
        var rows = lane.Node.Store.ReadAsync(_keys, cancellationToken).GetAwaiter().GetResult();
        for (var i = 0; i < _keyed.Count; i++)
            _restoration.Activate(partition, _keyed[i].Kind, _keyed[i].Slot, rows[i]);
    }

    private void Clear()
    {
        _places.Clear();
        _placed.Clear();
        _keys.Clear();
        _keyed.Clear();
    }
}
