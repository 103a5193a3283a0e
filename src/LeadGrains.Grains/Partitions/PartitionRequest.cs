namespace LeadGrains.Grains.Partitions;

/// <summary>
/// Something that the partitions of one lane are asked to do. A request goes through its loop's turn: sequenced,
/// journalled with all others of the turn, and applied once that is durable. Reads have nothing to sequence and
/// wait their turn behind the writes before them.
/// </summary>
public abstract class PartitionRequest
{
    /// <summary>
    /// How much of the lane's bounded queue it takes: its signals or items. 0 for what loops tell each other, which
    /// is bounded by its own rules and must never wait for room.
    /// </summary>
    internal abstract int Weight { get; }

    /// <summary>
    /// Runs as soon as it is taken and not behind the turns before it: what is derived and never journalled.
    /// </summary>
    internal virtual bool IsExpress => false;

    /// <summary>
    /// Whether it is about the grains of the loops that tell it each other, as they are scored there: other loops that
    /// take their place do not want it.
    /// </summary>
    internal virtual bool IsBetweenLoops => IsExpress;

    /// <summary>Has the processor fetch where a look for its grains' keys begins; <see cref="Sequence"/> comes soon.</summary>
    internal virtual void FetchCells(PartitionLoop loop)
    {
    }

    /// <summary>Has the processor fetch the keys themselves, once <see cref="FetchCells"/> has come through.</summary>
    internal virtual void FetchKeys(PartitionLoop loop)
    {
    }

    /// <summary>Gives sequences to its entries and writes them into the turn. Decides nothing.</summary>
    internal virtual void Sequence(PartitionLoop loop, Turn turn)
    {
    }

    /// <summary>Changes or reads state, and answers.</summary>
    internal abstract void Apply(PartitionLoop loop);

    /// <summary>Ends it without having been done, or without knowing whether it was.</summary>
    internal abstract void Fail(Exception failure);
}
