using System.Runtime.InteropServices;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Following;

/// <summary>
/// Puts the figures of two groups of loops side by side, a partition at a time, so that no turn takes long. A grain that
/// only one of them knows, since it has just come, is left out.
/// </summary>
internal sealed class ModelComparison(LoopGroup served, LoopGroup other, string workspace, Instant at)
{
    private const int MovesMax = 20;

    // A full queue is tens of milliseconds of work.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    public async Task<ModelDifference> RunAsync(RankFilter contacts, RankFilter accounts, CancellationToken cancellationToken) => new(
        await RunAsync(GrainKind.Contact, contacts, cancellationToken).ConfigureAwait(false),
        await RunAsync(GrainKind.Account, accounts, cancellationToken).ConfigureAwait(false));

    private async Task<KindDifference> RunAsync(GrainKind kind, RankFilter filter, CancellationToken cancellationToken)
    {
        var stages = new Dictionary<string, StageCount>(StringComparer.Ordinal);
        foreach (var name in Names(served, kind).Concat(Names(other, kind)))
            stages[name] = default;
        var moves = new List<ScoreMove>();
        foreach (var partition in served.Loops.SelectMany(loop => loop.Partitions))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var now = await AskAsync(served, kind, filter, partition.Index, isDue: false, cancellationToken).ConfigureAwait(false);
            var then = await AskAsync(
                other, kind, new RankFilter { IncludeDisqualified = true }, partition.Index, isDue: true, cancellationToken).ConfigureAwait(false);
            Add(now, then, stages, moves);
        }

        return new KindDifference(stages, moves);
    }

    private IEnumerable<string> Names(LoopGroup loops, GrainKind kind) =>
        loops.Context.ModelOf(workspace).Stages(kind == GrainKind.Account).Stages.Select(stage => stage.Name);

    private static void Add(
        IReadOnlyList<Standing> now, IReadOnlyList<Standing> then, Dictionary<string, StageCount> stages, List<ScoreMove> moves)
    {
        var known = then.ToDictionary(standing => standing.Id, StringComparer.Ordinal);
        foreach (var before in now)
        {
            if (!known.TryGetValue(before.Id, out var after))
                continue;
            ref var left = ref CollectionsMarshal.GetValueRefOrAddDefault(stages, before.Stage, out _);
            left = left with { Now = left.Now + 1 };
            ref var entered = ref CollectionsMarshal.GetValueRefOrAddDefault(stages, after.Stage, out _);
            entered = entered with { Then = entered.Then + 1 };
            if (before.Total != after.Total)
                moves.Add(new ScoreMove(before.Id, before.Total, after.Total, before.Stage, after.Stage));
        }

        moves.Sort(Farthest);
        if (moves.Count > MovesMax)
            moves.RemoveRange(MovesMax, moves.Count - MovesMax);
    }

    private static int Farthest(ScoreMove left, ScoreMove right)
    {
        var byMove = Math.Abs(right.TotalThen - right.TotalNow).CompareTo(Math.Abs(left.TotalThen - left.TotalNow));
        return byMove != 0 ? byMove : string.CompareOrdinal(left.Id, right.Id);
    }

    // What took a rescore to find out is not given up for one queue that is full at the moment.
    private async Task<IReadOnlyList<Standing>> AskAsync(
        LoopGroup loops, GrainKind kind, RankFilter filter, int partition, bool isDue, CancellationToken cancellationToken)
    {
        var query = new RankQuery(workspace, kind, filter, RankBy.Total, Limits.PageSize, null, at);
        var request = new ReadStandings(query, partition, isDue);
        while (!loops.TrySend(loops.LaneOf(partition), request))
            await Task.Delay(BetweenLooks, loops.Context.Clock, cancellationToken).ConfigureAwait(false);
        return await request.Done.ConfigureAwait(false);
    }
}
