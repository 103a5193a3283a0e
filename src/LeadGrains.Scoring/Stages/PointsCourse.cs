namespace LeadGrains.Scoring;

/// <summary>
/// Bounds on the intent points that a grain can come to have. Positive and negative sums both fade towards 0 and the
/// breadth factor towards 1, so letting one sign fade while the other is held gives a bound that only falls or only
/// rises, and a crossing can be found by its tangents. The lower bound holds even if sums or engagement rise meanwhile.
/// </summary>
internal readonly ref struct PointsCourse
{
    private const int TangentsMax = 16;
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
        _margin = Tolerance * (_now.Factor.Sum * (_now.Positive.Sum + _now.Negative.Sum) + _now.OwnPositive.Sum + _now.OwnNegative.Sum);
    }

    /// <summary>Intent points now.</summary>
    public double Now => _now.Factor.Sum * (_now.Positive.Sum - _now.Negative.Sum) + _now.OwnPositive.Sum - _now.OwnNegative.Sum;

    /// <summary>The most by which fading negative points can raise the grain's points, whatever is added before.</summary>
    public double MostRegained => _highestFactor * _now.Negative.Sum + _now.OwnNegative.Sum;

    /// <summary>No time before this one, in ticks from now, sees fewer points than that.</summary>
    public long FirstBelow(double points) => First(points + _margin, falling: true);

    /// <summary>No time before this one, in ticks from now, sees that many points or more unless some are added. Null: never.</summary>
    public long? FirstAtLeast(double points)
    {
        var threshold = points - _margin;
        var atMost = _now.Factor.Sum * _now.Positive.Sum + _now.OwnPositive.Sum;
        return MostRegained == 0 || atMost < threshold ? null : First(threshold, falling: false);
    }

    // The bounds bend away from their thresholds, but for kinks of the breadth factor: a tangent meets the threshold
    // before the bound does, so that its steps come near the crossing without passing it.
    private long First(double threshold, bool falling)
    {
        double before = 0;
        var bound = At(before, falling);
        if (HasCrossed(bound, threshold, falling))
            return 0;
        for (var step = 0; step < TangentsMax; step++)
        {
            var after = before + (threshold - bound.Points) / bound.Slope;
            if (!(after < Horizon))
                return (long)Horizon;
            if (after - before <= Precision(before))
                break;
            bound = At(after, falling);
            if (HasCrossed(bound, threshold, falling))
                return (long)Halve(before, after, threshold, falling);
            before = after;
        }

        return (long)before;
    }

    private double Halve(double before, double after, double threshold, bool falling)
    {
        while (after - before > Precision(before))
        {
            var middle = before + (after - before) / 2;
            if (HasCrossed(At(middle, falling), threshold, falling))
                after = middle;
            else
                before = middle;
        }

        return before;
    }

    private static double Precision(double ticks) => Math.Max(Finest, ticks / 4096);

    private static bool HasCrossed(Bound bound, double threshold, bool falling) =>
        falling ? bound.Points < threshold : bound.Points >= threshold;

    private Bound At(double ticks, bool falling)
    {
        var then = After((long)ticks);
        return falling ? AtLeast(then) : AtMost(then);
    }

    // Where the contacts' points are below 0, engagement that rises makes them lower still.
    private Bound AtLeast(in Standing then)
    {
        var ofContacts = then.Positive.Sum - _now.Negative.Sum;
        var own = then.OwnPositive.Sum - _now.OwnNegative.Sum;
        return ofContacts > 0
            ? new Bound(then.Factor.Sum * ofContacts + own, then.Factor.Slope * ofContacts + then.Factor.Sum * then.Positive.Slope + then.OwnPositive.Slope)
            : new Bound(_highestFactor * ofContacts + own, _highestFactor * then.Positive.Slope + then.OwnPositive.Slope);
    }

    private Bound AtMost(in Standing then)
    {
        var ofContacts = _now.Positive.Sum - then.Negative.Sum;
        var factor = ofContacts > 0 ? _now.Factor.Sum : 1;
        return new Bound(
            factor * ofContacts + _now.OwnPositive.Sum - then.OwnNegative.Sum, -factor * then.Negative.Slope - then.OwnNegative.Slope);
    }

    private Standing After(long ticks)
    {
        var (positive, negative) = Split(_sums, ticks);
        var (ownPositive, ownNegative) = Split(_ownSums, ticks);
        return new Standing(_account ? FactorAfter(ticks) : new Fading(1, 0), positive, negative, ownPositive, ownNegative);
    }

    private Fading FactorAfter(long ticks)
    {
        var engaged = Fading.Of(_engaged, ticks, _model.EngagedHalfLife);
        var factor = Breadth.Factor(_model, engaged.Sum);
        return new Fading(factor, factor > 1 && factor < _model.BreadthMax ? _model.BreadthStep * engaged.Slope : 0);
    }

    private (Fading Positive, Fading Negative) Split(ReadOnlySpan<double> sums, long ticks)
    {
        var positive = default(Fading);
        var negative = default(Fading);
        for (var i = 0; i < sums.Length; i++)
        {
            var left = Fading.Of(Math.Abs(sums[i]), ticks, _model.Columns[i].HalfLife);
            if (sums[i] > 0)
                positive = positive.Plus(left);
            else
                negative = negative.Plus(left);
        }

        return (positive, negative);
    }

    /// <summary>A bound on the points at some time, and how it changes a tick there.</summary>
    private readonly record struct Bound(double Points, double Slope);

    /// <summary>What fades, at some time, and how it changes a tick there: at most 0.</summary>
    private readonly record struct Fading(double Sum, double Slope)
    {
        private const double Ln2 = 0.69314718055994531;

        public static Fading Of(double sum, long ticks, HalfLife halfLife)
        {
            if (sum == 0)
                return default;
            var left = sum * Decay.Factor(ticks, halfLife);
            return new Fading(left, -Ln2 / halfLife.Ticks * left);
        }

        public Fading Plus(Fading other) => new(Sum + other.Sum, Slope + other.Slope);
    }

    /// <summary>The factor, and the sizes of all positive and all negative sums, the contacts' and the grain's own.</summary>
    private readonly record struct Standing(
        Fading Factor, Fading Positive, Fading Negative, Fading OwnPositive, Fading OwnNegative);
}
