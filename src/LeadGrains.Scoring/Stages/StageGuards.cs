namespace LeadGrains.Scoring;

/// <summary>Keeps stages and thresholds off the hot path: says when a full evaluation is next needed, never later than the truth.</summary>
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
    /// <param name="exits">When it fell below stages; null where it never did.</param>
    /// <param name="reached">The thresholds that it has reached.</param>
    public static StageGuard Of(
        ScoringModel model,
        bool account,
        int held,
        double fit,
        ReadOnlySpan<double> sums,
        ReadOnlySpan<double> ownSums,
        double engaged,
        Instant at,
        StageExits? exits = null,
        byte reached = 0)
    {
        var ladder = model.Stages(account);
        var thresholds = model.Thresholds(account);
        if (ladder.IsTrivial && thresholds.IsEmpty)
            return new StageGuard(double.PositiveInfinity, Instant.Max);

        held = Math.Clamp(held, 0, Math.Max(0, ladder.Stages.Length - 1));
        var course = new PointsCourse(model, account, sums, ownSums, engaged);
        exits ??= StageExits.None;
        var enter = Math.Min(LowestEntering(model, account, held, fit, exits, at), LowestReaching(model, account, fit, reached));
        var intent = Scores.Intent(course.Now, model.HalfPoint(account));
        // Points that are added below this cannot come to enter by negative ones fading afterwards.
        var checkPoints = enter - course.MostRegained;
        var total = Scores.Total(model, fit, intent);
        if (ladder.Evaluate(held, total, fit, exits, at) != held || thresholds.Evaluate(reached, fit, intent, total) != reached)
            return new StageGuard(checkPoints, at);

        var checkAt = enter == double.PositiveInfinity ? Instant.Max : After(at, course.FirstAtLeast(enter));
        var leave = HighestLeaving(model, account, held, fit, reached);
        if (leave > double.NegativeInfinity)
            checkAt = Instant.Earlier(checkAt, After(at, course.FirstBelow(leave)));
        return new StageGuard(checkPoints, Instant.Earlier(checkAt, FirstFree(ladder, held, exits, at)));
    }

    // While a stage cools down its points are no reason to look; when it ends, whatever came meanwhile is.
    private static Instant FirstFree(StageLadder ladder, int held, StageExits exits, Instant at)
    {
        var first = Instant.Max;
        foreach (var exit in exits.All)
        {
            var freeAt = exits.FreeAt(ladder, exit.Stage);
            if (exit.Stage > held && freeAt > at)
                first = Instant.Earlier(first, freeAt);
        }

        return first;
    }

    private static Instant After(Instant at, long? ticks) =>
        ticks is { } elapsed ? at + new TimeSpan(elapsed) : Instant.Max;

    private static double LowestEntering(
        ScoringModel model, bool account, int held, double fit, StageExits exits, Instant at)
    {
        var lowest = double.PositiveInfinity;
        var ladder = model.Stages(account);
        for (var i = held + 1; i < ladder.Stages.Length; i++)
        {
            var stage = ladder.Stages[i];
            if (fit >= stage.MinFit && exits.FreeAt(ladder, i) <= at)
                lowest = Math.Min(lowest, PointsFor(model, account, fit, stage.Enter, up: false));
        }

        return lowest;
    }

    private static double LowestReaching(ScoringModel model, bool account, double fit, byte reached)
    {
        var lowest = double.PositiveInfinity;
        var all = model.Thresholds(account).All;
        for (var i = 0; i < all.Length; i++)
        {
            if (!ThresholdSet.Has(reached, i))
                lowest = Math.Min(lowest, PointsFor(model, account, all[i].Score, fit, all[i].Enter, up: false));
        }

        return lowest;
    }

    // Whatever is left first has the highest points to fall below.
    private static double HighestLeaving(ScoringModel model, bool account, int held, double fit, byte reached)
    {
        var highest = held > 0
            ? PointsFor(model, account, fit, model.Stages(account).Stages[held].Leave, up: true)
            : double.NegativeInfinity;
        var all = model.Thresholds(account).All;
        for (var i = 0; i < all.Length; i++)
        {
            if (ThresholdSet.Has(reached, i))
                highest = Math.Max(highest, PointsFor(model, account, all[i].Score, fit, all[i].Leave, up: true));
        }

        return highest;
    }

    // Fit has nothing to do with points: a change of it has the grain evaluated anyway.
    private static double PointsFor(ScoringModel model, bool account, ScoreKind score, double fit, double level, bool up) => score switch
    {
        ScoreKind.Fit => up ? double.NegativeInfinity : double.PositiveInfinity,
        ScoreKind.Intent => level <= 0 ? double.NegativeInfinity : PointsFor(model, account, level / 100, up),
        _ => PointsFor(model, account, fit, level, up),
    };

    // The points at which the total reaches a level, rounded up or down by the margins. Minus infinity where fit
    // alone reaches it, infinity where nothing does.
    private static double PointsFor(ScoringModel model, bool account, double fit, double level, bool up)
    {
        if (Scores.Total(model, fit, 0) >= level)
            return double.NegativeInfinity;
        if (model.IntentWeight == 0)
            return double.PositiveInfinity;
        return PointsFor(model, account, (level - model.FitWeight * fit) / (100 * model.IntentWeight), up);
    }

    // The same for a share of the whole intent.
    private static double PointsFor(ScoringModel model, bool account, double share, bool up)
    {
        share += (up ? 1 : -1) * (RelativeMargin * share + AbsoluteMargin);
        return share switch
        {
            <= 0 => 0,
            >= 1 => double.PositiveInfinity,
            _ => -model.HalfPoint(account) * Math.Log2(1 - share),
        };
    }
}
