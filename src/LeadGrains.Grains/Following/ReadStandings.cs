using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;

namespace LeadGrains.Grains.Following;

/// <summary>Total and stage of all grains of one partition that pass a filter.</summary>
/// <param name="query">Which.</param>
/// <param name="partition">The partition.</param>
/// <param name="isDue">Gives the stage that the score asks for, as a proposal would; else the one that is shown.</param>
internal sealed class ReadStandings(RankQuery query, int partition, bool isDue) : PartitionRequest
{
    private readonly TaskCompletionSource<IReadOnlyList<Standing>> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<IReadOnlyList<Standing>> Done => _done.Task;

    internal override int Weight => 1;

    internal override void Apply(PartitionLoop loop)
    {
        loop.Settle();
        try
        {
            var columns = loop.Map[partition].ColumnsOf(query.Kind);
            var rows = new List<RankedRow>();
            if (RankPlan.Of(query, columns, loop.Node.Workspaces) is { } plan)
            {
                var all = new TopRows(Math.Max(1, columns.Keys.Slots));
                RankScan.Run(plan, all);
                rows = all.Take(query.At);
            }

            _done.TrySetResult(rows.ConvertAll(row => new Standing(row.Id, row.Score.Total, isDue ? DueStage(columns, row) : row.Score.Stage)));
        }
        catch (UnknownFilterException unknown)
        {
            _done.TrySetException(unknown);
        }
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    private string DueStage(RankColumns columns, RankedRow row)
    {
        var ladder = columns.ModelOf(row.Slot).Stages(columns.IsAccount);
        var held = columns.Stage[row.Slot];
        return ladder.NameOf(columns.Has(row.Slot, RankFlags.Disqualified)
            ? held
            : ladder.Evaluate(held, row.Score.Total, row.Score.Fit, columns.ExitsOf(row.Slot), query.At));
    }
}

/// <param name="Id">The contact or account.</param>
/// <param name="Total">0 to 100.</param>
/// <param name="Stage">Its stage's name.</param>
internal readonly record struct Standing(string Id, double Total, string Stage);
