using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// What accounts' own signals brought, and what subsidiaries bring them: points that breadth does not multiply, apart
/// from what contacts contribute. It takes no room until the first account of the partition has any. One thread at a
/// time.
/// </summary>
internal sealed class OwnPoints
{
    // Per slot the place of its activity, plus 1; 0 where it had no signal of its own and no subsidiary.
    private readonly Column<int> _places = new();
    private readonly Column<Activity> _activities = new();
    private int _placeCount;

    // The columns hold both parts together; they are apart only for the few accounts that have subsidiaries.
    private readonly Dictionary<int, OwnAndShare> _parents = [];

    public OwnPoints(IReadOnlyCollection<HalfLife> halfLives, Instant now) =>
        Sums = new DecaySums(halfLives, now, firstLane: 2 + halfLives.Count);

    /// <summary>Whether any account had a signal of its own, or a subsidiary.</summary>
    public bool InUse => _places.Capacity > 0;

    /// <summary>Points by half-life; columns without room where not <see cref="InUse"/>.</summary>
    public DecaySums Sums { get; }

    /// <summary>Undecayed points of the last days.</summary>
    public VelocityTable Velocity { get; } = new();

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => Sums.MemoryBytes + Velocity.MemoryBytes + _places.MemoryBytes + _activities.MemoryBytes;

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
        if (lastSignalAt != Instant.Min || _places[slot] != 0)
            ActivityOf(slot).Run = run;
        if (_parents.Count > 0 && _parents.TryGetValue(slot, out var parts))
        {
            parts.SetOwn(sums, lastSignalAt, velocity);
            Write(slot, parts);
            return;
        }

        Sums.Set(slot, sums, GroupSet.All);
        Velocity.Set(slot, velocity);
        if (_places[slot] != 0)
            ActivityOf(slot).LastSignalAt = lastSignalAt;
    }

    /// <summary>Replaces what the account's subsidiaries bring.</summary>
    public void SetShare(int slot, int slots, ReadOnlySpan<double> sums, Instant lastSignalAt, in VelocityDays velocity)
    {
        Allocate(slots);
        if (!_parents.TryGetValue(slot, out var parts))
            _parents.Add(slot, parts = new OwnAndShare(Sums.Of(slot), LastSignalAt(slot), Velocity.Of(slot)));
        parts.SetShare(sums, lastSignalAt, velocity);
        Write(slot, parts);
    }

    /// <summary>The newest scoring instant of its own signals and its subsidiaries'; the earliest of all where there is none.</summary>
    public Instant LastSignalAt(int slot) =>
        InUse && _places[slot] != 0 ? ActivityOf(slot).LastSignalAt : Instant.Min;

    /// <summary>The stretch of activity that the newest of its own signals belongs to. Means nothing where it has none.</summary>
    public ActivityRun RunOf(int slot) => _places[slot] == 0 ? default : ActivityOf(slot).Run;

    /// <summary>The account has subsidiaries, or had some.</summary>
    public bool HasShare(int slot) => _parents.Count > 0 && _parents.ContainsKey(slot);

    /// <summary>One of <see cref="Sums"/>, without what subsidiaries bring.</summary>
    public double OwnSum(int slot, int column) => _parents.TryGetValue(slot, out var parts) ? parts.Own[column] : Sums[column][slot];

    /// <summary>As <see cref="Velocity"/>, without what subsidiaries bring.</summary>
    public VelocityDays OwnVelocity(int slot) => _parents.TryGetValue(slot, out var parts) ? parts.OwnVelocity : Velocity.Of(slot);

    /// <summary>As <see cref="LastSignalAt"/>, without the subsidiaries.</summary>
    public Instant OwnLastSignalAt(int slot) => _parents.TryGetValue(slot, out var parts) ? parts.OwnLastSignalAt : LastSignalAt(slot);

    /// <summary>As <see cref="DecaySums.AdvanceTo"/>.</summary>
    public bool AdvanceTo(Instant now)
    {
        Span<Landmark> before = stackalloc Landmark[Sums.Count];
        Sums.Landmarks.CopyTo(before);
        if (!Sums.AdvanceTo(now))
            return false;
        foreach (var parts in _parents.Values)
            parts.Restate(before, Sums.Landmarks);
        return true;
    }

    private void Write(int slot, OwnAndShare parts)
    {
        for (var c = 0; c < Sums.Count; c++)
            Sums[c][slot] = parts.Own[c] + parts.Share[c];
        Velocity.Set(slot, parts.Velocity);
        ActivityOf(slot).LastSignalAt = parts.LastSignalAt;
    }

    private ref Activity ActivityOf(int slot)
    {
        ref var place = ref _places[slot];
        if (place == 0)
        {
            _activities.EnsureCapacity(_placeCount + 1);
            place = ++_placeCount;
        }

        return ref _activities[place - 1];
    }

    private void Allocate(int slots)
    {
        _places.EnsureCapacity(slots);
        Sums.EnsureCapacity(slots);
        Velocity.EnsureCapacity(slots);
    }

    private struct Activity
    {
        public Instant LastSignalAt;
        public ActivityRun Run;
    }
}
