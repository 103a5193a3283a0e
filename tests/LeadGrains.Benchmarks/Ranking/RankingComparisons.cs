using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Benchmarks.Ranking;

/// <summary>What the top 100 of a million accounts costs, with decay exact at the query's instant.</summary>
internal static class RankingComparisons
{
    private const string Group = "ranking";
    private const string Scan = "full scan";

    // Between two queries: a quiet system, and half a million signals a second with ten queries a second.
    private const int Steady = 100;
    private const int Busy = 50_000;

    public static IEnumerable<Experiment> All(RankingWork work)
    {
        var columns = DefaultModel.Model.Columns.Length;
        yield return new Comparison(
            Group, $"top 100 of {work.Accounts.Count:N0} accounts by total, every account looked at",
            work.Plain($"plain scan of {columns} columns of doubles and fit"), [work.Scanning(Scan, RankFilter.None)])
        {
            Compared = [Measure.P50, Measure.P99],
            Find = outcome => [new Finding(Promises.FullScan, "", outcome.Rows[1].Ratio(Measure.P50)!)],
        };
        yield return Pruned(work, "every account", RankFilter.None) with
        {
            Find = outcome => [new Finding(Promises.Pruning, "", Inverse(outcome.Rows[1].Ratio(Measure.P50)!))],
        };
        yield return Pruned(work, "those of one industry in ten", RankingWork.OfIndustry("media"));
        yield return Pruned(work, "those of total 60 and more", new RankFilter { MinTotal = 60 });
        yield return Pruned(work, "those of total 90 and more", new RankFilter { MinTotal = 90 });
        yield return new Comparison(
            Group, $"top 100 of {work.Accounts.Count:N0} accounts while they are written to",
            work.PruningAfterOtherWork("quiet, out of the processor's caches"),
            [
                work.Pruning($"{Busy:N0} accounts get points between two queries", RankFilter.None, Busy),
                work.Pruning("quiet, the same query again at once", RankFilter.None, writes: 0),
            ])
        {
            Compared = [Measure.P50, Measure.P99],
            Find = outcome => [new Finding(Promises.RankingUnderIngest, "", outcome.Rows[1].Ratio(Measure.P50)!)],
        };
        yield return new Trial(Group, "memory of ranked accounts", (_, _) => Task.Run(() => Memory(work)));
    }

    private static Outcome Memory(RankingWork work)
    {
        var bytes = new Measure("bytesEach", "bytes of columns for each account", "0.0");
        return Outcome.Of(Group, "memory of ranked accounts, without ids and roll-up", [],
        [
            new Entrant("none has signals of its own", new Sample((bytes, work.Accounts.ColumnBytes))),
            new Entrant("one in twenty has signals of its own", new Sample((bytes, work.WithOwnSignals().ColumnBytes))),
        ]);
    }

    private static Comparison Pruned(RankingWork work, string what, RankFilter filter) => new(
        Group, $"top 100 of {work.Accounts.Count:N0} accounts, {what}",
        work.Scanning(Scan, filter), [work.Pruning($"pruned, {Steady} accounts get points between two queries", filter, Steady)])
    {
        Compared = [Measure.P50, Measure.P99],
    };

    private static Spread Inverse(Spread ratio) => new(1 / ratio.Most, 1 / ratio.Median, 1 / ratio.Least);
}
