using LeadGrains.Scoring;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>What one contact's signals, or one account's own, add up to.</summary>
internal sealed class PlainGrain(PlainModel model)
{
    private readonly double[] _points = new double[model.Groups.Count];
    private readonly long[] _at = [.. Enumerable.Repeat(long.MinValue, model.Groups.Count)];
    private readonly SortedList<int, double> _days = [];

    public long Signals { get; private set; }

    public long LastTicks { get; private set; } = long.MinValue;

    /// <summary>The newest instant of a signal that brought points; null while there is none.</summary>
    public long? EngagedTicks { get; private set; }

    /// <summary>Counts one signal.</summary>
    /// <param name="rules">The rules whose conditions it meets.</param>
    /// <param name="ticks">Its scoring instant.</param>
    /// <param name="counts">This grain's signals by rule and day so far.</param>
    public void Add(IReadOnlyList<int> rules, long ticks, PlainDayCounts counts)
    {
        Signals++;
        LastTicks = Math.Max(LastTicks, ticks);
        var day = new Instant(ticks).UtcDay;
        foreach (var index in rules)
        {
            var rule = model.Rules[index];
            if (rule.PerDay is { } limit && !counts.TryCount(index, day, limit))
            {
                continue;
            }

            Add(model.Groups[rule.Group], rule.Points, ticks, day);
            if (rule.Points > 0)
            {
                EngagedTicks = Math.Max(EngagedTicks ?? long.MinValue, ticks);
            }
        }
    }

    public double PointsAt(long ticks)
    {
        double sum = 0;
        for (var i = 0; i < _points.Length; i++)
        {
            sum += _points[i] == 0 ? 0 : _points[i] * PlainModel.Left(Math.Max(0, ticks - _at[i]), model.Groups[i].HalfLife);
        }

        return sum;
    }

    /// <summary>Points of that day and the six before it, less those of the seven before these.</summary>
    public PlainVelocity VelocityAt(int day)
    {
        double gained = 0;
        double before = 0;
        foreach (var (of, points) in _days)
        {
            gained += day - of < 7 ? points : 0;
            before += day - of is >= 7 and < 14 ? points : 0;
        }

        return new PlainVelocity(gained - before, Math.Abs(gained) + Math.Abs(before));
    }

    private void Add(ScoringGroup group, double points, long ticks, int day)
    {
        var i = group.Index;
        var at = Math.Max(_at[i], ticks);
        var held = _points[i] == 0 ? 0 : _points[i] * PlainModel.Left(at - _at[i], group.HalfLife);
        var added = points * PlainModel.Left(at - ticks, group.HalfLife);
        var sum = held + added;
        var bounded = Math.Clamp(sum, group.Floor ?? double.NegativeInfinity, group.Cap ?? double.PositiveInfinity);
        (_points[i], _at[i]) = (bounded, at);

        // What the cap or floor took away was taken from this signal.
        var kept = added == 0 ? 1 : 1 - ((sum - bounded) / added);
        if (points * kept != 0)
        {
            _days[day] = _days.GetValueOrDefault(day) + (points * kept);
        }
    }
}

/// <summary>A velocity, and what it was made of.</summary>
/// <param name="Points">The gain.</param>
/// <param name="Gross">Both weeks' points without their signs: the server keeps them in single precision, so this bounds its error.</param>
internal readonly record struct PlainVelocity(double Points, double Gross)
{
    public static PlainVelocity operator +(PlainVelocity left, PlainVelocity right) => new(left.Points + right.Points, left.Gross + right.Gross);

    public static PlainVelocity operator *(double weight, PlainVelocity velocity) => new(weight * velocity.Points, weight * velocity.Gross);
}
