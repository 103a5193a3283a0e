namespace LeadGrains.Scoring;

/// <summary>Keeps stages off the hot path: says when a full evaluation is next needed, never later than the truth.</summary>
public static class StageGuards
{
    // Far above rounding, far below what anyone can tell apart.
    private const double RelativeMargin = 1e-9;
    private const double AbsoluteMargin = 1e-12;

    /// <summary>The guard of a grain.</summary>
    /// <param name="model">The active model.</param>
    /// <param name="account">An account, not a contact.</param>
    /// <param name="held">The place of the held stage on its ladder.</param>
    /// <param name="fit">The grain's fit.</param>
    /// <param name="sums">One for each of the model's columns, as of <paramref name="at"/>; an account's: of its contacts, weighted.</param>
    /// <param name="ownSums">An account's own points by column, as of <paramref name="at"/>; may be empty.</param>
    /// <param name="engaged">An account's engaged contacts, as of <paramref name="at"/>.</param>
    /// <param name="at">Now.</param>
    public static StageGuard Of(
        ScoringModel model,
        bool account,
        int held,
        double fit,
        ReadOnlySpan<double> sums,
        ReadOnlySpan<double> ownSums,
        double engaged,
        Instant at)
    {
        var ladder = model.Stages(account);
        if (ladder.IsTrivial)
            return new StageGuard(double.PositiveInfinity, Instant.Max);

        held = Math.Clamp(held, 0, ladder.Stages.Length - 1);
        var course = new PointsCourse(model, account, sums, ownSums, engaged);
        var enter = LowestEntering(model, account, held, fit);
        var intent = Scores.Intent(course.Now, model.HalfPoint(account));
        // Points that are added below this cannot come to enter by negative ones fading afterwards.
        var checkPoints = enter - course.MostRegained;
        if (ladder.Evaluate(held, Scores.Total(model, fit, intent), fit) != held)
            return new StageGuard(checkPoints, at);

        var checkAt = enter == double.PositiveInfinity ? Instant.Max : After(at, course.FirstAtLeast(enter));
        if (held > 0)
        {
            var leave = PointsFor(model, account, fit, ladder.Stages[held].Leave, up: true);
            if (leave > double.NegativeInfinity)
                checkAt = Instant.Earlier(checkAt, After(at, course.FirstBelow(leave)));
        }

        return new StageGuard(checkPoints, checkAt);
    }

    private static Instant After(Instant at, long? ticks) =>
        ticks is { } elapsed ? at + new TimeSpan(elapsed) : Instant.Max;

    private static double LowestEntering(ScoringModel model, bool account, int held, double fit)
    {
        var lowest = double.PositiveInfinity;
        foreach (var stage in model.Stages(account).Stages.AsSpan()[(held + 1)..])
        {
            if (fit >= stage.MinFit)
                lowest = Math.Min(lowest, PointsFor(model, account, fit, stage.Enter, up: false));
        }

        return lowest;
    }

    // The points at which the total reaches a level, rounded up or down by the margins. Minus infinity where fit
    // alone reaches it, infinity where nothing does.
    private static double PointsFor(ScoringModel model, bool account, double fit, double level, bool up)
    {
        if (Scores.Total(model, fit, 0) >= level)
            return double.NegativeInfinity;
        if (model.IntentWeight == 0)
            return double.PositiveInfinity;

        var share = (level - model.FitWeight * fit) / (100 * model.IntentWeight);
        share += (up ? 1 : -1) * (RelativeMargin * share + AbsoluteMargin);
        return share switch
        {
            <= 0 => 0,
            >= 1 => double.PositiveInfinity,
            _ => -model.HalfPoint(account) * Math.Log2(1 - share),
        };
    }
}
