using System.Runtime.Intrinsics;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Residents;
using LeadGrains.Scoring;

namespace LeadGrains.Benchmarks.Ranking;

/// <summary>
/// The limit: a loop over plain arrays, one of doubles for each half-life and one for fit, that states the points of
/// every account at the instant, makes intent and total of them and keeps the best. It knows no breadth, no filters, no
/// flags, no ties, and counts nothing.
/// </summary>
internal sealed class PlainScan
{
    private readonly double[][] _sums;
    private readonly double[] _fit;
    private readonly RankColumns _first;

    /// <param name="accounts">Whose columns are copied.</param>
    public PlainScan(RankedAccounts accounts)
    {
        _first = accounts.Columns[0];
        _sums = [.. Enumerable.Range(0, _first.Sums.Count).Select(column => Gather(accounts, columns => columns.Sums[column]))];
        _fit = Gather(accounts, columns => columns.Fit);
    }

    /// <summary>The totals of the best, in no order.</summary>
    public double[] Top(int count, Instant at)
    {
        var factors = _first.Sums.FactorsAt(at);
        var best = new PriorityQueue<int, double>(count + 1);
        for (var i = 0; i < count; i++)
            best.Enqueue(-1, double.NegativeInfinity);
        var least = double.NegativeInfinity;
        var model = _first.ModelOf(0);
        var half = Vector512.Create(-1 / model.HalfPoint(account: true));
        var fitWeight = Vector512.Create(model.FitWeight);
        var intentWeight = Vector512.Create(100 * model.IntentWeight);
        for (var row = 0; row < _fit.Length; row += Vector512<double>.Count)
        {
            var points = Vector512<double>.Zero;
            for (var column = 0; column < _sums.Length; column++)
                points += Vector512.LoadUnsafe(ref _sums[column][row]) * factors[column];
            var intent = intentWeight * (Vector512<double>.One - Exp2.Of(Vector512.Max(points, Vector512<double>.Zero) * half));
            var total = intent + (fitWeight * Vector512.LoadUnsafe(ref _fit[row]));
            if (!Vector512.GreaterThanAny(total, Vector512.Create(least)))
                continue;
            for (var i = 0; i < Vector512<double>.Count; i++)
            {
                if (total[i] > least)
                    best.EnqueueDequeue(row + i, total[i]);
                best.TryPeek(out _, out least);
            }
        }

        return [.. best.UnorderedItems.Select(item => item.Priority)];
    }

    // Filled up to whole vectors with accounts that have nothing.
    private static double[] Gather(RankedAccounts accounts, Func<RankColumns, Column<double>> of)
    {
        var all = new List<double>();
        foreach (var columns in accounts.Columns)
        {
            var column = of(columns);
            for (var slot = 0; slot < columns.Keys.Slots; slot++)
                all.Add(column[slot]);
        }

        while (all.Count % Vector512<double>.Count != 0)
            all.Add(0);
        return [.. all];
    }
}
