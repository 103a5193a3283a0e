using System.Runtime.Intrinsics;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// The 14 days of those slots that have points in them: 4 bytes for every slot and 64 more for these. One thread at
/// a time.
/// </summary>
internal sealed class VelocityTable
{
    // Per slot the place of its days, plus 1; 0 where it has none.
    private readonly Column<int> _places = new();
    private readonly Column<Place> _days = new();
    private readonly Stack<int> _free = new();
    private int _placeCount;

    /// <summary>How many slots have days.</summary>
    public int Count => _placeCount - _free.Count;

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _places.MemoryBytes + _days.MemoryBytes + ((long)_free.Count * sizeof(int));

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1.</summary>
    public void EnsureCapacity(int slots) => _places.EnsureCapacity(slots);

    /// <summary>Has the processor fetch the place that says where the slot's days are.</summary>
    public void FetchPlace(int slot) => CacheLine.Fetch(ref _places[slot]);

    /// <summary>Has the processor fetch the slot's days, once their place is there.</summary>
    public void FetchDays(int slot)
    {
        var place = _places[slot];
        if (place != 0)
            CacheLine.Fetch(ref _days[place - 1]);
    }

    /// <summary>Whether the slot has points in some day.</summary>
    public bool Has(int slot) => _places[slot] != 0;

    /// <summary>Of 64 slots of a chunk, those that have points in some day: one bit for each.</summary>
    public unsafe ulong Present(int chunk, int first)
    {
        var places = _places.Chunk(chunk) + first;
        ulong absent = 0;
        for (var i = 0; i < 64; i += Vector256<int>.Count)
            absent |= (ulong)Vector256.Equals(Vector256.Load(places + i), Vector256<int>.Zero).ExtractMostSignificantBits() << i;
        return ~absent;
    }

    /// <summary>The slot's days; empty where it has none.</summary>
    public VelocityDays Of(int slot)
    {
        var place = _places[slot];
        return place == 0 ? default : _days[place - 1].Days;
    }

    /// <summary>The slot's gain at that day.</summary>
    public double At(int slot, int utcDay)
    {
        var place = _places[slot];
        return place == 0 ? 0 : _days[place - 1].Days.At(utcDay);
    }

    /// <summary>Replaces the slot's days.</summary>
    public void Set(int slot, in VelocityDays days)
    {
        if (days.IsEmpty)
        {
            Remove(slot);
            return;
        }

        ref var place = ref _places[slot];
        if (place == 0)
            place = Take() + 1;
        _days[place - 1] = new Place { Days = days, Slot = slot };
    }

    /// <summary>Adds days to the slot's, times a weight.</summary>
    public void AddScaled(int slot, in VelocityDays days, double weight)
    {
        ref var place = ref _places[slot];
        if (place == 0)
        {
            var sum = default(VelocityDays);
            sum.AddScaled(days, weight);
            Set(slot, sum);
            return;
        }

        ref var held = ref _days[place - 1].Days;
        held.AddScaled(days, weight);
        if (held.IsEmpty)
            Remove(slot);
    }

    /// <summary>Lets go of slots whose days have all fallen out of the 14 that end at that day.</summary>
    public void Expire(int utcDay)
    {
        for (var place = 0; place < _placeCount; place++)
        {
            ref var held = ref _days[place];
            if (!held.Days.IsEmpty && (long)utcDay - held.Days.NewestDay >= Velocity.Days)
                Remove(held.Slot);
        }
    }

    private int Take()
    {
        if (_free.TryPop(out var place))
            return place;
        _days.EnsureCapacity(_placeCount + 1);
        return _placeCount++;
    }

    private void Remove(int slot)
    {
        ref var place = ref _places[slot];
        if (place == 0)
            return;
        _days[place - 1] = default;
        _free.Push(place - 1);
        place = 0;
    }

    private struct Place
    {
        public VelocityDays Days;
        public int Slot;
    }
}
