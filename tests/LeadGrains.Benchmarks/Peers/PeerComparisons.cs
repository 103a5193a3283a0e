using System.Globalization;
using LeadGrains.Benchmarks.Load;
using LeadGrains.Benchmarks.Measuring;
using LeadGrains.Benchmarks.Peers.Ranking;

namespace LeadGrains.Benchmarks.Peers;

/// <summary>
/// What people would use instead, doing the same work: an event of 140 bytes made durable, a contact's and an account's
/// score raised. LeadGrains does more for each: the default model's rules, caps, decay, duplicates, stages, ranking.
/// </summary>
internal static class PeerComparisons
{
    private const string Group = "peers";
    private const int Callers = 64;
    private static readonly Measure[] Compared = [Measure.PerSecond, Measure.ServerProcessor];

    public static IEnumerable<Experiment> All(PeerArena arena)
    {
        foreach (var (peer, why) in arena.Missing)
            yield return new Trial(Group, peer, (_, _) => throw new NotMeasuredException(why));
        if (arena.Missing.Count == 2)
            yield break;
        yield return Batches(arena, 100);
        if (arena.Postgres is not null)
        {
            yield return Batches(arena, 1_000);
            yield return SingleEvents(arena);
        }

        yield return RankingTrial.Of(arena);
    }

    // The peers' best form per event stands beside the batches, too: whoever has no batches has that.
    private static Comparison Batches(PeerArena arena, int batch)
    {
        var shape = LoadShape.Stream(batch);
        var where = string.Create(CultureInfo.InvariantCulture, $"batches of {batch:N0}");
        List<(Contender Contender, Promise? Promise)> peers = [];
        if (arena.Postgres is { } postgres)
        {
            peers.Add((postgres.Batches(batch), Promises.PostgresBatches));
            if (batch == 100)
                peers.Add((postgres.PerEvent(), Promises.PostgresPerEvent));
        }

        if (arena.Redis is { } redis && batch == 100)
        {
            peers.Add((redis.Pipelines(batch, "always"), Promises.RedisAlways));
            peers.Add((redis.Pipelines(batch, "everysec"), null));
        }

        return Record(arena, shape, $"durable events, {where}", [.. peers.Select(peer => peer.Contender)]) with
        {
            Notes = batch == 100 ? arena.Notes : [],
            Find = outcome => peers.Where(peer => peer.Promise is not null)
                .Select(peer => new Finding(peer.Promise!, where, Times(outcome[peer.Contender.Name].Ratio(Measure.PerSecond)!))),
        };
    }

    private static Comparison SingleEvents(PeerArena arena) =>
        Record(arena, LoadShape.Unary(1, Callers), "durable events, one a call", [arena.Postgres!.PerEvent()]);

    private static Comparison Record(PeerArena arena, LoadShape shape, string name, IReadOnlyList<Contender> peers) => new(
        Group, name, new Contender($"LeadGrains, {shape.Name}", over => arena.RecordAsync(shape, over)), peers)
    {
        Compared = Compared,
        BeginAsync = arena.ServeAsync,
    };

    // A peer's ratio to LeadGrains, the other way round.
    private static Spread Times(Spread ratio) => new(1 / ratio.Most, 1 / ratio.Median, 1 / ratio.Least);
}
