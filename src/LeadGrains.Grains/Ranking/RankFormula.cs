using LeadGrains.Scoring;

namespace LeadGrains.Grains.Ranking;

/// <summary>
/// How one row is evaluated at an instant. The scan does the same operations in the same order, many rows at a time,
/// so both give the same bits.
/// </summary>
/// <remarks>
/// contact: points = Σ sums[c]·f[c]; account: points = factor · Σ sums[c]·f[c] + Σ own[c]·f[c], where
/// factor = min(max, 1 + step · max(0, engaged·f - 1)). A row whose newest signal is later than the instant is
/// evaluated at that signal, since no signal is ever worth more than its points.
/// </remarks>
internal sealed class RankFormula
{
    private readonly RankColumns _columns;
    private readonly double[] _ownFactors;
    private readonly double[] _engagedFactors;
    private readonly bool _hasOwn;
    private readonly int _moves;

    public RankFormula(RankColumns columns, Instant at)
    {
        _columns = columns;
        At = at;
        Factors = columns.Sums.FactorsAt(at);
        _hasOwn = columns.Own.InUse;
        _moves = columns.Moves;
        _ownFactors = _hasOwn ? columns.Own.Sums.FactorsAt(at) : [];
        _engagedFactors = columns.IsAccount ? columns.Engaged.FactorsAt(at) : [];
    }

    /// <summary>The instant.</summary>
    public Instant At { get; }

    /// <summary>By column, what turns its sums into points at the instant.</summary>
    public double[] Factors { get; }

    /// <summary>The same for accounts' own sums; empty where there are none.</summary>
    public double[] OwnFactors => _ownFactors;

    /// <summary>Some rows may have a later signal than the instant.</summary>
    public bool HasLaterRows => _columns.NewestSignal > At;

    /// <summary>What turns engaged sums into engaged contacts at the instant, under one of the models.</summary>
    public double EngagedFactorOf(ScoringModel model) => _columns.IsAccount ? _engagedFactors[model.EngagedColumn] : 0;

    /// <summary>It still holds for that instant: no landmark has moved since, and no account had its first own signal.</summary>
    public bool IsFor(Instant at) => At == at && _moves == _columns.Moves && _hasOwn == _columns.Own.InUse;

    /// <summary>All figures of a row.</summary>
    public RankScore ScoreOf(int slot)
    {
        if (IsLater(slot))
            return LaterOf(slot).Score(slot, At);
        return Score(slot, At);
    }

    /// <summary>The row's newest signal is later than the instant.</summary>
    public bool IsLater(int slot) =>
        HasLaterRows && _columns.Has(slot, RankFlags.HasSignal) && _columns.LastSignal[slot] > At.Ticks;

    /// <summary>Intent points of a row.</summary>
    public double PointsOf(int slot) => IsLater(slot) ? LaterOf(slot).Points(slot) : Points(slot);

    /// <summary>What the row's points are at most at the instant and at any later one: all sums without what is below zero.</summary>
    public double GainsOf(int slot)
    {
        var points = Gains(_columns.Sums, Factors, slot);
        if (!_columns.IsAccount)
            return points;
        var model = _columns.ModelOf(slot);
        points = Breadth.Factor(model, EngagedOf(model, slot)) * points;
        return _hasOwn ? points + Gains(_columns.Own.Sums, _ownFactors, slot) : points;
    }

    /// <summary>The row's gain on the instant's day.</summary>
    public double VelocityOf(int slot)
    {
        var velocity = _columns.Velocity.At(slot, At.UtcDay);
        return _hasOwn ? velocity + _columns.Own.Velocity.At(slot, At.UtcDay) : velocity;
    }

    /// <summary>The account gains far more points than in the days before, by the model's bounds. Contacts never do.</summary>
    public bool IsSurging(int slot)
    {
        if (!_columns.IsAccount || _columns.ModelOf(slot).Surge is not { } surge)
            return false;
        var (gained, before) = WeeksOf(slot);
        return surge.IsReached(gained, before);
    }

    /// <summary>Undecayed points of the row's last seven UTC days, and of the seven before them.</summary>
    public (double Gained, double Before) WeeksOf(int slot)
    {
        var day = (IsLater(slot) ? new Instant(_columns.LastSignal[slot]) : At).UtcDay;
        var (gained, before) = _columns.Velocity.Of(slot).Weeks(day);
        if (_hasOwn)
        {
            var own = _columns.Own.Velocity.Of(slot).Weeks(day);
            (gained, before) = (gained + own.Gained, before + own.Before);
        }

        return (gained, before);
    }

    /// <summary>It had a signal, and none for as long as the model says.</summary>
    public bool IsDormant(int slot) =>
        _columns.LastSignalAt(slot) is { } last && At - last >= _columns.ModelOf(slot).DormantAfter;

    /// <summary>Of 64 slots of a chunk, those that have points in the last days: one bit for each.</summary>
    public ulong WithVelocity(int chunk, int first)
    {
        var slots = _columns.Velocity.Present(chunk, first);
        return _hasOwn ? slots | _columns.Own.Velocity.Present(chunk, first) : slots;
    }

    private RankFormula LaterOf(int slot) => new(_columns, new Instant(_columns.LastSignal[slot]));

    private RankScore Score(int slot, Instant at)
    {
        var model = _columns.ModelOf(slot);
        var fit = _columns.Fit[slot];
        var points = Points(slot);
        var intent = Scores.Intent(points, model.HalfPoint(_columns.IsAccount));
        var total = Scores.Total(model, fit, intent);
        var ladder = model.Stages(_columns.IsAccount);
        var stage = ladder.NameOf(ladder.Shown(_columns.Stage[slot], total, fit));
        var velocity = at == At ? VelocityOf(slot) : new RankFormula(_columns, at).VelocityOf(slot);
        return new RankScore(fit, points, intent, total, EngagedOf(model, slot), velocity, Scores.Grade(model, fit, intent), stage)
        {
            IsDormant = IsDormant(slot),
            IsSurging = IsSurging(slot),
        };
    }

    private double Points(int slot)
    {
        var points = Weighted(_columns.Sums, Factors, slot);
        if (!_columns.IsAccount)
            return points;
        var model = _columns.ModelOf(slot);
        points = Breadth.Factor(model, EngagedOf(model, slot)) * points;
        return _hasOwn ? points + Weighted(_columns.Own.Sums, _ownFactors, slot) : points;
    }

    private double EngagedOf(ScoringModel model, int slot) =>
        _columns.IsAccount ? _columns.Engaged[model.EngagedColumn][slot] * _engagedFactors[model.EngagedColumn] : 0;

    private static double Weighted(DecaySums sums, double[] factors, int slot)
    {
        double points = 0;
        for (var c = 0; c < factors.Length; c++)
            points += sums[c][slot] * factors[c];
        return points;
    }

    private static double Gains(DecaySums sums, double[] factors, int slot)
    {
        double points = 0;
        for (var c = 0; c < factors.Length; c++)
            points += Math.Max(0, sums[c][slot]) * factors[c];
        return points;
    }
}
