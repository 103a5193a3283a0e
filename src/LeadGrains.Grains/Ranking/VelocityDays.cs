using System.Numerics;
using System.Runtime.CompilerServices;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// A <see cref="Velocity"/> in half the room: undecayed points of 14 UTC days as floats, with its rules. A default
/// value is empty.
/// </summary>
internal struct VelocityDays
{
    private const int Half = Velocity.Days / 2;

    private DayPoints _points;

    private VelocityDays(int newestDay) => NewestDay = newestDay;

    /// <summary>The newest day, in days since 1970-01-01, UTC.</summary>
    public int NewestDay { get; private set; }

    /// <summary>All days hold zero.</summary>
    public readonly bool IsEmpty => !((ReadOnlySpan<float>)_points).ContainsAnyExcept(0f);

    /// <summary>The points of the day that lies so many days before the newest one, 0 to 13.</summary>
    public readonly float this[int age] => _points[age];

    /// <summary>The same days, rounded to floats.</summary>
    public static VelocityDays Of(in Velocity velocity)
    {
        var days = new VelocityDays(velocity.NewestDay);
        var points = velocity.Points;
        for (var age = 0; age < points.Length; age++)
            days._points[age] = (float)points[age];
        return days;
    }

    /// <summary>Days of which those in the mask, bit 0 the newest, hold the given points.</summary>
    public static VelocityDays Unpack(int newestDay, int mask, ReadOnlySpan<float> points)
    {
        var days = new VelocityDays(newestDay);
        var next = 0;
        for (var rest = mask; rest != 0; rest &= rest - 1)
            days._points[BitOperations.TrailingZeroCount(rest)] = points[next++];
        return days;
    }

    /// <summary>Whether both hold the same points for the same days.</summary>
    public readonly bool IsSame(in VelocityDays other) =>
        NewestDay == other.NewestDay && ((ReadOnlySpan<float>)_points).SequenceEqual(other._points);

    /// <summary>Adds each day of the other, times a weight. Days that have fallen behind the newest one's 13 are dropped.</summary>
    public void AddScaled(in VelocityDays other, double weight)
    {
        if (other.NewestDay > NewestDay && !other.IsEmpty)
            AdvanceTo(other.NewestDay);
        var behind = (long)NewestDay - other.NewestDay;
        if (behind is < 0 or >= Velocity.Days)
            return;
        Span<float> sums = _points;
        sums = sums[(int)behind..];
        ReadOnlySpan<float> added = other._points;
        for (var age = 0; age < sums.Length; age++)
            sums[age] += (float)(weight * added[age]);
    }

    /// <summary>The gain at that day, by the rules of <see cref="Velocity.At"/>.</summary>
    public readonly double At(int utcDay)
    {
        var (gained, before) = Weeks(utcDay);
        return gained - before;
    }

    /// <summary>The points of that day and the six before it, and of the seven before these. Days after that day count as that day.</summary>
    public readonly (double Gained, double Before) Weeks(int utcDay)
    {
        double gained = 0;
        double before = 0;
        for (var i = 0; i < Velocity.Days; i++)
        {
            var age = (long)utcDay - NewestDay + i;
            if (age < Half)
                gained += _points[i];
            else if (age < Velocity.Days)
                before += _points[i];
        }

        return (gained, before);
    }

    private void AdvanceTo(int utcDay)
    {
        Span<float> points = _points;
        var days = (int)Math.Min((long)utcDay - NewestDay, Velocity.Days);
        NewestDay = utcDay;
        points[..(Velocity.Days - days)].CopyTo(points[days..]);
        points[..days].Clear();
    }

    [InlineArray(Velocity.Days)]
    private struct DayPoints
    {
        private float _newest;
    }
}
