using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace LeadGrains.Scoring;

/// <summary>
/// Undecayed points of 14 UTC days, and the gain that they show. Its newest day follows the points that are added, and
/// what falls behind is dropped. A default value is empty, with 1970-01-01 as its newest day.
/// </summary>
public struct Velocity : IEquatable<Velocity>
{
    /// <summary>How many days are kept.</summary>
    public const int Days = 14;

    private const int Half = Days / 2;

    private DayPoints _points;

    /// <summary>The newest day, in days since 1970-01-01, UTC.</summary>
    public int NewestDay { get; private set; }

    /// <summary>Points of the newest day and the 13 before it, newest first.</summary>
    [UnscopedRef]
    public readonly ReadOnlySpan<double> Points => _points;

    /// <summary>All days hold zero.</summary>
    public readonly bool IsEmpty => !Points.ContainsAnyExcept(0.0);

    /// <summary>What was stored before: the newest day and up to 14 days' points, newest first.</summary>
    /// <exception cref="ArgumentException">There are more than 14.</exception>
    public static Velocity Restore(int newestDay, ReadOnlySpan<double> points)
    {
        if (points.Length > Days)
            throw new ArgumentException($"At most {Days} days are kept.", nameof(points));
        var velocity = new Velocity { NewestDay = newestDay };
        points.CopyTo(velocity._points);
        return velocity;
    }

    /// <summary>Adds a day's points. A day 14 or more before the newest one changes nothing, nor do 0 points.</summary>
    public void Add(int utcDay, double points)
    {
        if (points == 0)
            return;
        AdvanceTo(utcDay);
        var age = (long)NewestDay - utcDay;
        if (age < Days)
            _points[(int)age] += points;
    }

    /// <summary>Adds the days of another, each times a weight.</summary>
    public void AddScaled(in Velocity other, double weight)
    {
        for (var age = 0; age < Days; age++)
            Add(other.NewestDay - age, weight * other._points[age]);
    }

    /// <summary>
    /// The gain: points of that day and the six before it, less those of the seven before these. Days after that day
    /// count as that day.
    /// </summary>
    public readonly double At(int utcDay)
    {
        double gained = 0;
        double before = 0;
        for (var i = 0; i < Days; i++)
        {
            var age = (long)utcDay - NewestDay + i;
            if (age < Half)
                gained += _points[i];
            else if (age < Days)
                before += _points[i];
        }

        return gained - before;
    }

    /// <inheritdoc />
    public readonly bool Equals(Velocity other) => NewestDay == other.NewestDay && Points.SequenceEqual(other.Points);

    /// <inheritdoc />
    public override readonly bool Equals([NotNullWhen(true)] object? obj) => obj is Velocity other && Equals(other);

    /// <inheritdoc />
    public override readonly int GetHashCode() => HashCode.Combine(NewestDay, _points[0], _points[1]);

    public static bool operator ==(Velocity left, Velocity right) => left.Equals(right);

    public static bool operator !=(Velocity left, Velocity right) => !left.Equals(right);

    private void AdvanceTo(int utcDay)
    {
        if (utcDay <= NewestDay)
            return;
        Span<double> points = _points;
        var days = (long)utcDay - NewestDay;
        NewestDay = utcDay;
        if (days >= Days)
        {
            points.Clear();
            return;
        }

        points[..(Days - (int)days)].CopyTo(points[(int)days..]);
        points[..(int)days].Clear();
    }

    [InlineArray(Days)]
    private struct DayPoints
    {
        private double _newest;
    }
}
