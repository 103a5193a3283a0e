namespace LeadGrains.Scoring;

/// <summary>
/// Bounds on the intent points that a grain can come to have. Positive and negative sums both fade towards 0 and the
/// breadth factor towards 1, so letting one sign fade while the other is held gives a bound that only falls or only
/// rises, and a crossing can be found by halving. The lower bound holds even if sums or engagement rise meanwhile.
/// </summary>
internal readonly ref struct PointsCourse
{
    private const double FirstStep = TimeSpan.TicksPerMinute;
    private const double Finest = TimeSpan.TicksPerSecond;

    // Some 3,000 years: whatever is not crossed by then is checked then.
    private const double Horizon = 1e18;

    // An account's sums are good to 1e-9 of their size.
    private const double Tolerance = 4e-9;

    private readonly ScoringModel _model;
    private readonly bool _account;
    private readonly ReadOnlySpan<double> _sums;
    private readonly ReadOnlySpan<double> _ownSums;
    private readonly double _engaged;
    private readonly Standing _now;
    private readonly double _highestFactor;
    private readonly double _margin;

    public PointsCourse(
        ScoringModel model, bool account, ReadOnlySpan<double> sums, ReadOnlySpan<double> ownSums, double engaged)
    {
        _model = model;
        _account = account;
        _sums = sums;
        _ownSums = account ? ownSums : [];
        _engaged = engaged;
        _now = After(0);
        _highestFactor = account ? model.BreadthMax : 1;
        _margin = Tolerance * (_now.Factor * (_now.Positive + _now.Negative) + _now.OwnPositive + _now.OwnNegative);
    }

    /// <summary>Intent points now.</summary>
    public double Now => _now.Factor * (_now.Positive - _now.Negative) + _now.OwnPositive - _now.OwnNegative;

    /// <summary>The most by which fading negative points can raise the grain's points, whatever is added before.</summary>
    public double MostRegained => _highestFactor * _now.Negative + _now.OwnNegative;

    /// <summary>No time before this one, in ticks from now, sees fewer points than that.</summary>
    public long FirstBelow(double points) => First(points + _margin, falling: true);

    /// <summary>No time before this one, in ticks from now, sees that many points or more unless some are added. Null: never.</summary>
    public long? FirstAtLeast(double points)
    {
        var threshold = points - _margin;
        var atMost = _now.Factor * _now.Positive + _now.OwnPositive;
        return MostRegained == 0 || atMost < threshold ? null : First(threshold, falling: false);
    }

    private long First(double threshold, bool falling)
    {
        if (HasCrossed(0, threshold, falling))
            return 0;
        double before = 0;
        var after = FirstStep;
        while (after < Horizon && !HasCrossed(after, threshold, falling))
        {
            before = after;
            after *= 2;
        }

        while (after < Horizon && after - before > Math.Max(Finest, before / 4096))
        {
            var middle = before + (after - before) / 2;
            if (HasCrossed(middle, threshold, falling))
                after = middle;
            else
                before = middle;
        }

        return (long)before;
    }

    private bool HasCrossed(double ticks, double threshold, bool falling)
    {
        var then = After((long)ticks);
        return falling ? AtLeast(then) < threshold : AtMost(then) >= threshold;
    }

    // Where the contacts' points are below 0, engagement that rises makes them lower still.
    private double AtLeast(in Standing then)
    {
        var ofContacts = then.Positive - _now.Negative;
        return (ofContacts > 0 ? then.Factor : _highestFactor) * ofContacts + then.OwnPositive - _now.OwnNegative;
    }

    private double AtMost(in Standing then)
    {
        var ofContacts = _now.Positive - then.Negative;
        return (ofContacts > 0 ? _now.Factor : 1) * ofContacts + _now.OwnPositive - then.OwnNegative;
    }

    private Standing After(long ticks)
    {
        var (positive, negative) = Split(_sums, ticks);
        var (ownPositive, ownNegative) = Split(_ownSums, ticks);
        var factor = _account ? Breadth.Factor(_model, _engaged * Decay.Factor(ticks, _model.EngagedHalfLife)) : 1;
        return new Standing(factor, positive, negative, ownPositive, ownNegative);
    }

    private (double Positive, double Negative) Split(ReadOnlySpan<double> sums, long ticks)
    {
        double positive = 0;
        double negative = 0;
        for (var i = 0; i < sums.Length; i++)
        {
            var left = sums[i] * Decay.Factor(ticks, _model.Columns[i].HalfLife);
            if (left > 0)
                positive += left;
            else
                negative -= left;
        }

        return (positive, negative);
    }

    /// <summary>The factor, and the sizes of all positive and all negative sums, the contacts' and the grain's own.</summary>
    private readonly record struct Standing(
        double Factor, double Positive, double Negative, double OwnPositive, double OwnNegative);
}
