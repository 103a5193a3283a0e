using System.Text;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;

namespace LeadGrains.Grains.Requests;

/// <summary>The best rows of all partitions of one lane, in order, with one more than the page has.</summary>
internal sealed class RankGrains(RankQuery query) : PartitionRequest
{
    private readonly TaskCompletionSource<RankAnswer> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<RankAnswer> Done => _done.Task;

    internal override int Weight => 1;

    internal override void Apply(PartitionLoop loop)
    {
        try
        {
            _done.TrySetResult(Answer(loop));
        }
        catch (UnknownFilterException unknown)
        {
            // The query was checked against the model that was active when it came.
            _done.TrySetException(unknown);
        }
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    private RankAnswer Answer(PartitionLoop loop)
    {
        loop.Settle();
        var top = new TopRows(query.PageSize + 1);
        var plans = new List<RankPlan>();
        foreach (var partition in loop.Partitions)
        {
            if (RankPlan.Of(query, partition.ColumnsOf(query.Kind), loop.Node.Workspaces) is { } plan)
                plans.Add(plan);
        }

        var matching = RankSearch.Run(plans, top);
        var rows = top.Take(query.At);
        var names = rows.ToDictionary(row => (row.Partition, row.Slot), row => NameOf(loop.Map[row.Partition], row.Slot));
        return new RankAnswer(new RankedRows(rows, matching), names);
    }

    private string NameOf(Partition partition, int slot)
    {
        if (query.Kind == GrainKind.Account)
            return partition.NameOf(slot);
        var account = partition.Links.AccountOf(slot);
        return account < 0 ? "" : Encoding.UTF8.GetString(partition.AccountRefs.IdOf(account));
    }
}

/// <param name="Rows">In order.</param>
/// <param name="Names">An account's name, or a contact's account, by place.</param>
internal sealed record RankAnswer(RankedRows Rows, IReadOnlyDictionary<(int Partition, int Slot), string> Names);
