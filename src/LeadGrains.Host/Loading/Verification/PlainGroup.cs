using LeadGrains.Scoring;

namespace LeadGrains.Host.Loading.Verification;

/// <summary>A group's points and clip, by the definition of cap and floor.</summary>
internal struct PlainGroup()
{
    private double _points;
    private double _clip;
    private long _at = long.MinValue;

    public readonly double PointsAt(ScoringGroup group, long ticks) => _points == 0 ? 0 : _points * PlainModel.Left(Math.Max(0, ticks - _at), group.HalfLife);

    /// <summary>The group sees an instant: what it holds is stated as of it, if it is the newest.</summary>
    public void See(ScoringGroup group, long ticks)
    {
        if (ticks <= _at)
        {
            return;
        }

        var left = _at == long.MinValue ? 1 : PlainModel.Left(ticks - _at, group.HalfLife);
        (_points, _clip, _at) = (_points * left, _clip * left, ticks);
    }

    /// <summary>Gives points; what goes beyond cap or floor is clipped.</summary>
    /// <returns>What is kept of them, undecayed.</returns>
    public double Give(ScoringGroup group, double points, long ticks)
    {
        See(group, ticks);
        var added = points * PlainModel.Left(_at - ticks, group.HalfLife);
        var sum = _points + added;
        var bounded = Bounded(group, sum);
        _clip += sum - bounded;
        _points = bounded;
        return added == 0 ? points : points * (1 - ((sum - bounded) / added));
    }

    /// <summary>Takes points back: first what was clipped, then what counts.</summary>
    /// <returns>What counts less for it, undecayed.</returns>
    public double TakeBack(ScoringGroup group, double points, long ticks)
    {
        var taken = points * PlainModel.Left(_at - ticks, group.HalfLife);
        if (taken == 0)
        {
            return points;
        }

        var unclipped = taken > 0 ? Math.Clamp(_clip, 0, taken) : Math.Clamp(_clip, taken, 0);
        var left = Bounded(group, _points - (taken - unclipped));
        _clip += _points - taken - left;
        var given = points * (_points - left) / taken;
        _points = left;
        return given;
    }

    private static double Bounded(ScoringGroup group, double points) =>
        Math.Clamp(points, group.Floor ?? double.NegativeInfinity, group.Cap ?? double.PositiveInfinity);
}
