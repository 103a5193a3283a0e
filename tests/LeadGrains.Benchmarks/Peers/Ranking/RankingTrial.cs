using System.Globalization;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Running;

namespace LeadGrains.Benchmarks.Peers.Ranking;

/// <summary>
/// The best 100 of all accounts: LeadGrains' answer, exact at its instant and with all that a score has, beside what the
/// peers have.
/// </summary>
internal static class RankingTrial
{
    private const string Group = "peers";
    private static readonly Measure[] Compared = [Measure.P50, Measure.P99, Measure.ServerProcessor];

    private static readonly string[] Notes =
    [
        "LeadGrains' totals have fit, all groups with their half-lives, and stages; PostgreSQL's decay has the default model's four half-lives and fit. Redis and PostgreSQL's index keep one number an account, which never decays. Nothing changes meanwhile.",
    ];

    public static Trial Of(PeerArena arena)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"top {QueryContender.Rows} of {arena.Settings.RankedAccounts:N0} accounts, one caller");
        return new Trial(Group, name, (turns, cancellationToken) => RunAsync(name, arena, turns, cancellationToken));
    }

    private static async Task<Outcome> RunAsync(string name, PeerArena arena, Turns turns, CancellationToken cancellationToken)
    {
        await arena.StopServingAsync();
        await Progress.SayAsync("peers: accounts for LeadGrains to rank");
        await using var served = await ServedAccounts.StartAsync(arena.Settings, cancellationToken);
        await Progress.SayAsync("peers: the same for the others");
        await using var postgres = arena.Postgres is null
            ? null
            : await PostgresRanking.StartAsync(arena.Postgres.Cluster, arena.Settings.RankedAccounts, cancellationToken);
        using var redis = arena.Redis is null ? null : new RedisRanking(arena.Redis.Server, arena.Settings.RankedAccounts);
        List<Contender> peers = [.. postgres?.Contenders ?? []];
        if (redis is not null)
            peers.Add(redis.Contender);

        var leadGrains = new QueryContender("LeadGrains over gRPC, exact decay", served.ProcessId, served.BestAsync).Contender;
        await Progress.SayAsync("peers: ranking");
        return await new Comparison(Group, name, leadGrains, peers) { Compared = Compared, Notes = Notes }.RunAsync(turns, cancellationToken);
    }
}
