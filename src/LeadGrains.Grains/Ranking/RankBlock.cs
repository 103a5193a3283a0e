using System.Numerics;
using LeadGrains.Grains.Residents;

namespace LeadGrains.Grains.Ranking;

/// <summary>A run of slots that a scan works on at a time, small enough for its figures to stay in the cache.</summary>
internal readonly ref struct RankBlock
{
    private readonly RankColumns _columns;
    private readonly Span<double> _keys;

    /// <param name="columns">Where the slots are.</param>
    /// <param name="first">The first slot, a multiple of the block's size.</param>
    /// <param name="figures">Room for three figures of each slot.</param>
    /// <param name="selection">Room for one bit of each slot.</param>
    public RankBlock(RankColumns columns, int first, Span<double> figures, Span<ulong> selection)
    {
        _columns = columns;
        First = first;
        Selection = selection;
        var third = figures.Length / 3;
        var count = selection.Length * 64;
        Points = figures[..count];
        Intent = figures.Slice(third, count);
        Total = figures.Slice(2 * third, count);
        _keys = Total;
    }

    /// <summary>The first slot.</summary>
    public int First { get; }

    /// <summary>The chunk of the columns that the slots lie in.</summary>
    public int Chunk => First / Column<byte>.ChunkSlots;

    /// <summary>Where in the chunk they begin.</summary>
    public int Within => First % Column<byte>.ChunkSlots;

    /// <summary>One bit for each slot that has passed so far.</summary>
    public Span<ulong> Selection { get; }

    /// <summary>Intent points.</summary>
    public Span<double> Points { get; }

    /// <summary>Intent, where the plan needs it.</summary>
    public Span<double> Intent { get; }

    /// <summary>Total, where the plan needs it.</summary>
    public Span<double> Total { get; }

    /// <summary>The slots' values in a column.</summary>
    public Span<T> Of<T>(Column<T> column)
        where T : unmanaged => column.Chunk(Chunk).Slice(Within, Selection.Length * 64);

    /// <summary>Works out points, and intent and total where the plan needs them.</summary>
    public void Evaluate(RankPlan plan)
    {
        var formula = plan.Formula;
        var model = _columns.Model;
        Weigh(_columns.Sums, formula.Factors, Points);
        if (_columns.IsAccount)
        {
            RankKernels.Broaden(Points, Of(_columns.Engaged[0]), formula.EngagedFactor, model);
            if (_columns.Own.InUse)
                AddOwn(formula);
        }

        if (formula.HasLaterRows)
            EvaluateLaterRows(formula);
        if (plan.NeedsIntent)
            RankKernels.Saturate(Points, Intent, formula.HalfPoint);
        if (plan.NeedsTotal)
            RankKernels.Combine(Of(_columns.Fit), Intent, Total, model);
    }

    /// <summary>What the slots are sorted by.</summary>
    public ReadOnlySpan<double> Keys(RankPlan plan)
    {
        switch (plan.Query.By)
        {
            case RankBy.Total:
                return Total;
            case RankBy.Intent:
                return Intent;
            case RankBy.Fit:
                return Of(_columns.Fit);
            default:
                EvaluateVelocity(plan.Formula);
                return _keys;
        }
    }

    // Own points are summed by themselves first, as the formula has it; intent's place is free until then.
    private void AddOwn(RankFormula formula)
    {
        Weigh(_columns.Own.Sums, formula.OwnFactors, Intent);
        RankKernels.Add(Points, Intent, 1);
    }

    private void Weigh(DecaySums sums, ReadOnlySpan<double> factors, Span<double> points)
    {
        points.Clear();
        for (var c = 0; c < factors.Length; c++)
            RankKernels.Add(points, Of(sums[c]), factors[c]);
    }

    private void EvaluateLaterRows(RankFormula formula)
    {
        var last = Of(_columns.LastSignal);
        for (var i = 0; i < last.Length; i++)
        {
            if (last[i] > formula.At.Ticks && formula.IsLater(First + i))
                Points[i] = formula.PointsOf(First + i);
        }
    }

    private void EvaluateVelocity(RankFormula formula)
    {
        for (var word = 0; word < Selection.Length; word++)
        {
            for (var rest = Selection[word]; rest != 0; rest &= rest - 1)
            {
                var i = (word * 64) + BitOperations.TrailingZeroCount(rest);
                _keys[i] = formula.VelocityOf(First + i);
            }
        }
    }
}
