using LeadGrains.Grains.Checkpoints;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Activation;

/// <summary>
/// Keeps the number of activations within the loop's share of the bound. Clean grains go; where too many are dirty
/// they are written first, and the loop takes no new turn until there is room.
/// </summary>
internal sealed class Eviction(PartitionLoop loop, Checkpointer checkpointer)
{
    private const int AtOnce = 4_096;

    private readonly int _bound = Math.Max(1, loop.Node.Options.ActiveGrains / Math.Max(1, loop.Node.Options.Loops));
    private int _next;

    /// <summary>So far above the bound that memory would grow with every turn.</summary>
    public bool MustWait { get; private set; }

    public void Run()
    {
        var active = 0;
        foreach (var partition in loop.Partitions)
            active += partition.ActiveCount;
        var surplus = active - _bound;
        if (surplus > 0)
            active -= Evict(Math.Min(surplus, AtOnce));
        checkpointer.IsUrgent = active > _bound;
        MustWait = active > _bound + (_bound / 4);
    }

    // In turns: grains of the first partition would else go before any of another one, however much they are used.
    private int Evict(int atMost)
    {
        var evicted = 0;
        for (var left = loop.Partitions.Length; left > 0 && evicted < atMost; left--)
        {
            _next = (_next + 1) % loop.Partitions.Length;
            evicted += loop.Partitions[_next].Evict(atMost - evicted, loop.Turns.Oldest);
        }

        loop.Node.Meters.Evicted(evicted);
        return evicted;
    }
}
