namespace LeadGrains.Scoring;

/// <summary>A point in time: ticks of 100 ns since 1970-01-01T00:00:00Z. Arithmetic saturates at <see cref="Min"/> and <see cref="Max"/>.</summary>
/// <param name="Ticks">Ticks of 100 ns since the Unix epoch; negative before it.</param>
public readonly record struct Instant(long Ticks) : IComparable<Instant>
{
    /// <summary>Earlier than every other instant; stands for "always has been".</summary>
    public static Instant Min => new(long.MinValue);

    /// <summary>Later than every other instant; stands for "never".</summary>
    public static Instant Max => new(long.MaxValue);

    /// <summary>1970-01-01T00:00:00Z.</summary>
    public static Instant Epoch => default;

    /// <summary>Days since 1970-01-01, UTC, rounded down: the day that this instant falls on.</summary>
    public int UtcDay
    {
        get
        {
            var day = Ticks / TimeSpan.TicksPerDay;
            return (int)(Ticks % TimeSpan.TicksPerDay < 0 ? day - 1 : day);
        }
    }

    /// <summary>The same instant; an offset is taken into account.</summary>
    public static Instant FromDateTimeOffset(DateTimeOffset value) => new(value.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks);

    /// <summary>The same instant at offset zero.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside the years 1 to 9999.</exception>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.UnixEpoch + new TimeSpan(Ticks);

    /// <summary>In RFC 3339 with as many digits as it needs, such as "2026-11-21T20:00:00.5Z".</summary>
    /// <exception cref="ArgumentOutOfRangeException">It lies outside the years 1 to 9999.</exception>
    public string ToRfc3339() =>
        ToDateTimeOffset().ToString("yyyy'-'MM'-'dd'T'HH':'mm':'ss'.'FFFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The one that comes first.</summary>
    public static Instant Earlier(Instant left, Instant right) => left.Ticks <= right.Ticks ? left : right;

    /// <summary>The one that comes last.</summary>
    public static Instant Later(Instant left, Instant right) => left.Ticks >= right.Ticks ? left : right;

    public static bool operator <(Instant left, Instant right) => left.Ticks < right.Ticks;

    public static bool operator >(Instant left, Instant right) => left.Ticks > right.Ticks;

    public static bool operator <=(Instant left, Instant right) => left.Ticks <= right.Ticks;

    public static bool operator >=(Instant left, Instant right) => left.Ticks >= right.Ticks;

    public static Instant operator +(Instant instant, TimeSpan elapsed)
    {
        var sum = unchecked(instant.Ticks + elapsed.Ticks);
        var overflowed = ((instant.Ticks ^ sum) & (elapsed.Ticks ^ sum)) < 0;
        if (!overflowed)
            return new Instant(sum);
        return elapsed.Ticks > 0 ? Max : Min;
    }

    public static TimeSpan operator -(Instant later, Instant earlier)
    {
        var difference = unchecked(later.Ticks - earlier.Ticks);
        var overflowed = ((later.Ticks ^ earlier.Ticks) & (later.Ticks ^ difference)) < 0;
        if (!overflowed)
            return new TimeSpan(difference);
        return later.Ticks > earlier.Ticks ? TimeSpan.MaxValue : TimeSpan.MinValue;
    }

    /// <inheritdoc />
    public int CompareTo(Instant other) => Ticks.CompareTo(other.Ticks);
}
