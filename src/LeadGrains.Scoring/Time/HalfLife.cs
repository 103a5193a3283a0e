namespace LeadGrains.Scoring;

/// <summary>The time in which points lose half their worth. Above zero, at most about 450 years.</summary>
public readonly record struct HalfLife : IComparable<HalfLife>
{
    // 32 half-lives make a landmark's span, which must fit in a long.
    private const long MaxTicks = long.MaxValue / 64;

    private readonly long _ticks;

    private HalfLife(long ticks) => _ticks = ticks;

    /// <summary>Its length in ticks of 100 ns.</summary>
    /// <exception cref="InvalidOperationException">It is a default value, which is no half-life.</exception>
    public long Ticks => _ticks > 0 ? _ticks : throw new InvalidOperationException("A half-life was never set.");

    /// <summary>A half-life of that length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above zero, or longer than about 450 years.</exception>
    public static HalfLife FromTimeSpan(TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, new TimeSpan(MaxTicks));
        return new HalfLife(length.Ticks);
    }

    /// <summary>The length as a time span.</summary>
    public TimeSpan ToTimeSpan() => new(Ticks);

    /// <inheritdoc />
    public int CompareTo(HalfLife other) => _ticks.CompareTo(other._ticks);

    public static bool operator <(HalfLife left, HalfLife right) => left._ticks < right._ticks;

    public static bool operator >(HalfLife left, HalfLife right) => left._ticks > right._ticks;

    public static bool operator <=(HalfLife left, HalfLife right) => left._ticks <= right._ticks;

    public static bool operator >=(HalfLife left, HalfLife right) => left._ticks >= right._ticks;
}
