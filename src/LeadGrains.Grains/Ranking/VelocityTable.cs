using System.Runtime.Intrinsics;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// The 14 days of those slots that have points in them: 4 bytes for every slot, and for these 8 more and 4 for each day
/// that has any. One thread at a time.
/// </summary>
internal sealed class VelocityTable
{
    // Per slot the place of its record; 0 where it has none.
    private readonly Column<uint> _places = new();
    private readonly WordArena _records = new(PackedDays.MaxWords);

    /// <summary>How many slots have days.</summary>
    public int Count { get; private set; }

    /// <summary>The bytes that it takes.</summary>
    public long MemoryBytes => _places.MemoryBytes + _records.MemoryBytes;

    /// <summary>Makes room for slots 0 to <paramref name="slots"/> - 1.</summary>
    public void EnsureCapacity(int slots) => _places.EnsureCapacity(slots);

    /// <summary>Has the processor fetch the place that says where the slot's days are.</summary>
    public void FetchPlace(int slot) => CacheLine.Fetch(ref _places[slot]);

    /// <summary>Has the processor fetch the slot's days, once their place is there.</summary>
    public void FetchDays(int slot)
    {
        var place = _places[slot];
        if (place != 0)
            _records.Fetch(place);
    }

    /// <summary>Whether the slot has points in some day.</summary>
    public bool Has(int slot) => _places[slot] != 0;

    /// <summary>Whether days of the slot that count at an instant gone by may have been let go.</summary>
    public bool MayLack(int slot, Instant? lastSignalAt, Instant at) =>
        !Has(slot) && lastSignalAt is { } last && (long)at.UtcDay - last.UtcDay < Velocity.Days;

    /// <summary>Of 64 slots of a chunk, those that have points in some day: one bit for each.</summary>
    public unsafe ulong Present(int chunk, int first)
    {
        var places = _places.Chunk(chunk) + first;
        ulong absent = 0;
        for (var i = 0; i < 64; i += Vector256<uint>.Count)
            absent |= (ulong)Vector256.Equals(Vector256.Load(places + i), Vector256<uint>.Zero).ExtractMostSignificantBits() << i;
        return ~absent;
    }

    /// <summary>The slot's days; empty where it has none.</summary>
    public VelocityDays Of(int slot)
    {
        var place = _places[slot];
        return place == 0 ? default : PackedDays.Read(Record(place));
    }

    /// <summary>The slot's gain at that day.</summary>
    public double At(int slot, int utcDay)
    {
        var place = _places[slot];
        return place == 0 ? 0 : PackedDays.Read(Record(place)).At(utcDay);
    }

    /// <summary>Replaces the slot's days.</summary>
    public void Set(int slot, in VelocityDays days)
    {
        ref var place = ref _places[slot];
        var words = PackedDays.WordsOf(days);
        var before = place == 0 ? 0 : PackedDays.WordsOf(_records[place + 1]);
        if (words != before)
        {
            if (before > 0)
                _records.Free(place, before);
            place = words > 0 ? _records.Take(words) : 0;
            Count += Math.Sign(words) - Math.Sign(before);
        }

        if (words > 0)
            PackedDays.Write(_records.At(place, words), days);
    }

    /// <summary>Adds days to the slot's, times a weight.</summary>
    public void AddScaled(int slot, in VelocityDays days, double weight)
    {
        var sum = Of(slot);
        sum.AddScaled(days, weight);
        Set(slot, sum);
    }

    /// <summary>Takes days out of the slot's and puts others in, each times a weight: as <see cref="AddScaled"/> twice.</summary>
    public void Exchange(int slot, in VelocityDays taken, double takenWeight, in VelocityDays added, double addedWeight)
    {
        var sum = Of(slot);
        if (!taken.IsEmpty)
            sum.AddScaled(taken, -takenWeight);
        if (sum.IsEmpty)
            sum = default;
        if (!added.IsEmpty)
            sum.AddScaled(added, addedWeight);
        Set(slot, sum);
    }

    /// <summary>Lets go of slots whose days have all fallen out of the 14 that end at that day.</summary>
    public void Expire(int utcDay)
    {
        for (var slot = 0; Count > 0 && slot < _places.Capacity; slot++)
        {
            var place = _places[slot];
            if (place != 0 && (long)utcDay - (int)_records[place] >= Velocity.Days)
                Set(slot, default);
        }
    }

    private ReadOnlySpan<uint> Record(uint place) => _records.At(place, PackedDays.WordsOf(_records[place + 1]));
}
