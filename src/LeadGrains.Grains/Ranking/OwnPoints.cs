using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// What accounts' own signals brought, apart from what contacts contribute. It takes no room until the first account
/// of the partition has a signal of its own. One thread at a time.
/// </summary>
internal sealed class OwnPoints
{
    private readonly Column<long> _lastSignal = new();

    public OwnPoints(IReadOnlyCollection<HalfLife> halfLives, Instant now) =>
        Sums = new DecaySums(halfLives, now, firstLane: 2 + halfLives.Count);

    /// <summary>Whether any account had a signal of its own.</summary>
    public bool InUse => _lastSignal.Capacity > 0;

    /// <summary>Points by half-life; columns without room where not <see cref="InUse"/>.</summary>
    public DecaySums Sums { get; }

    /// <summary>Undecayed points of the last days.</summary>
    public VelocityTable Velocity { get; } = new();

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => Sums.MemoryBytes + Velocity.MemoryBytes + _lastSignal.MemoryBytes;

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1 where it is in use.</summary>
    public void EnsureCapacity(int slots)
    {
        if (InUse)
            Allocate(slots);
    }

    /// <summary>Replaces what the account's own signals brought.</summary>
    public void Set(int slot, int slots, ReadOnlySpan<double> sums, Instant lastSignalAt, in VelocityDays velocity)
    {
        Allocate(slots);
        Sums.Set(slot, sums);
        Velocity.Set(slot, velocity);
        _lastSignal[slot] = lastSignalAt.Ticks;
    }

    /// <summary>The newest scoring instant of its own signals; the earliest of all where it has none.</summary>
    public Instant LastSignalAt(int slot) =>
        InUse && _lastSignal[slot] != 0 ? new Instant(_lastSignal[slot]) : Instant.Min;

    private void Allocate(int slots)
    {
        _lastSignal.EnsureCapacity(slots);
        Sums.EnsureCapacity(slots);
        Velocity.EnsureCapacity(slots);
    }
}
