namespace LeadGrains.Scoring;

/// <summary>
/// Bounds on the intent points that a grain will have if no signal comes. Positive and negative sums both fade towards
/// 0 and the breadth factor towards 1, so letting one sign fade while the other is held gives a bound that only falls
/// or only rises, and a crossing can be found by halving.
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
    private readonly double _positive;
    private readonly double _negative;

    public PointsCourse(
        ScoringModel model, bool account, ReadOnlySpan<double> sums, ReadOnlySpan<double> ownSums, double engaged)
    {
        _model = model;
        _account = account;
        _sums = sums;
        _ownSums = ownSums;
        _engaged = engaged;
        (_positive, _negative) = After(0);
    }

    /// <summary>Intent points now.</summary>
    public double Now => _positive - _negative;

    /// <summary>No time before this one, in ticks from now, sees fewer points than that.</summary>
    public long FirstBelow(double points) => First(points + Margin, falling: true);

    /// <summary>No time before this one, in ticks from now, sees that many points or more. Null: never.</summary>
    public long? FirstAtLeast(double points)
    {
        // Only fading negative points raise a sum, and at most to what the positive ones are worth now.
        var threshold = points - Margin;
        return _negative == 0 || _positive < threshold ? null : First(threshold, falling: false);
    }

    private double Margin => Tolerance * (_positive + _negative);

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
        var (positive, negative) = After(ticks);
        return falling ? positive - _negative < threshold : _positive - negative >= threshold;
    }

    private (double Positive, double Negative) After(double ticks)
    {
        double positive = 0;
        double negative = 0;
        Add(_sums, ticks, ref positive, ref negative);
        if (!_account)
            return (positive, negative);

        var factor = Breadth.Factor(_model, _engaged * Decay.Factor((long)ticks, _model.EngagedHalfLife));
        positive *= factor;
        negative *= factor;
        Add(_ownSums, ticks, ref positive, ref negative);
        return (positive, negative);
    }

    private void Add(ReadOnlySpan<double> sums, double ticks, ref double positive, ref double negative)
    {
        for (var i = 0; i < sums.Length; i++)
        {
            var left = sums[i] * Decay.Factor((long)ticks, _model.Columns[i].HalfLife);
            if (left > 0)
                positive += left;
            else
                negative -= left;
        }
    }
}
