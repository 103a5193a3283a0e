using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;
using LeadGrains.Grains;
using LeadGrains.Grains.Ranking;

namespace LeadGrains.Benchmarks.Ranking;

/// <summary>Asks for the top 100 of many accounts, as one loop that drives all partitions does.</summary>
internal sealed class RankingWork(RankedAccounts accounts, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>How many are asked for.</summary>
    public const int Count = 100;

    private readonly PlainScan _plain = new(accounts);
    private readonly double[] _other = new double[OtherBytes / sizeof(double)];

    // More than a processor's caches hold.
    private const int OtherBytes = 128 << 20;

    /// <summary>The accounts.</summary>
    public RankedAccounts Accounts => accounts;

    public static Task<RankingWork> StartAsync(Settings settings) => Task.Run(() =>
    {
        var clock = settings.Turns.Clock;
        return new RankingWork(new RankedAccounts(settings.RankedAccounts, clock), clock);
    });

    public static RankFilter OfIndustry(string industry) =>
        new() { Traits = new Dictionary<string, IReadOnlyList<string>> { ["industry"] = [industry] } };

    /// <summary>As many accounts again, of which one in twenty had signals of its own.</summary>
    public RankedAccounts WithOwnSignals() => new(accounts.Count, clock, haveOwnSignals: true);

    /// <summary>The limit: the same columns as plain arrays.</summary>
    public Contender Plain(string name) => QueryTimes.Asking(name, clock, () => _plain.Top(Count, accounts.Now));

    /// <summary>Evaluates every account.</summary>
    public Contender Scanning(string name, RankFilter filter) => QueryTimes.Asking(name, clock, () =>
        Answer(filter, (plans, top) => plans.Sum(plan => RankScan.Run(plan, top))));

    /// <summary>Evaluates the accounts that may be among the best.</summary>
    /// <param name="name">As the report shows it.</param>
    /// <param name="filter">What is ranked.</param>
    /// <param name="writes">How many random accounts get points between two queries.</param>
    public Contender Pruning(string name, RankFilter filter, int writes) =>
        QueryTimes.Asking(name, clock, () => Answer(filter, RankSearch.Run), () => accounts.Write(writes));

    /// <summary>Pruned, on a system that has had other things to do: what it looks at is no longer in the processor's caches.</summary>
    public Contender PruningAfterOtherWork(string name) => QueryTimes.Asking(
        name, clock, () => Answer(RankFilter.None, RankSearch.Run), () => _other.AsSpan().Fill(accounts.Now.Ticks));

    public ValueTask DisposeAsync() => accounts.DisposeAsync();

    private void Answer(RankFilter filter, Func<IReadOnlyList<RankPlan>, TopRows, long> run)
    {
        var query = new RankQuery(Workspaces.Default, GrainKind.Account, filter, RankBy.Total, Count, null, accounts.Now);
        var top = new TopRows(Count + 1);
        var plans = accounts.Plans(query);
        var matching = run(plans, top);
        RankMerge.Page([new RankedRows(top.Take(query.At), matching)], Count);
    }
}
