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
    private readonly Column<ActivityRun> _runs = new();

    public OwnPoints(IReadOnlyCollection<HalfLife> halfLives, Instant now) =>
        Sums = new DecaySums(halfLives, now, firstLane: 2 + halfLives.Count);

    /// <summary>Whether any account had a signal of its own.</summary>
    public bool InUse => _lastSignal.Capacity > 0;

    /// <summary>Points by half-life; columns without room where not <see cref="InUse"/>.</summary>
    public DecaySums Sums { get; }

    /// <summary>Undecayed points of the last days.</summary>
    public VelocityTable Velocity { get; } = new();

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => Sums.MemoryBytes + Velocity.MemoryBytes + _lastSignal.MemoryBytes + _runs.MemoryBytes;

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1 where it is in use.</summary>
    public void EnsureCapacity(int slots)
    {
        if (InUse)
            Allocate(slots);
    }

    /// <summary>Replaces what the account's own signals brought.</summary>
    public void Set(
        int slot, int slots, ReadOnlySpan<double> sums, in VelocityDays velocity, Instant lastSignalAt, ActivityRun run)
    {
        Allocate(slots);
        Sums.Set(slot, sums);
        Velocity.Set(slot, velocity);
        _lastSignal[slot] = lastSignalAt.Ticks;
        _runs[slot] = run;
    }

    /// <summary>The newest scoring instant of its own signals; the earliest of all where it has none.</summary>
    public Instant LastSignalAt(int slot) =>
        InUse && _lastSignal[slot] != 0 ? new Instant(_lastSignal[slot]) : Instant.Min;

    /// <summary>The stretch of activity that the newest of its own signals belongs to. Means nothing where it has none.</summary>
    public ActivityRun RunOf(int slot) => _runs[slot];

    private void Allocate(int slots)
    {
        _lastSignal.EnsureCapacity(slots);
        _runs.EnsureCapacity(slots);
        Sums.EnsureCapacity(slots);
        Velocity.EnsureCapacity(slots);
    }
}
