using System.Buffers;
using System.Text;
using Google.Protobuf;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Remote;

namespace LeadGrains.Grains.Requests;

/// <summary>The best rows of some partitions of one lane, in order, with one more than the page has. Those that are not driven there are passed over.</summary>
internal sealed class RankGrains(RankQuery query, IReadOnlyCollection<int> partitions) : PartitionRequest
{
    private readonly TaskCompletionSource<RankAnswer> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer, or the end of the wait: what another node does cannot be relied on to end.</summary>
    public Task<RankAnswer> DoneAsync(CancellationToken cancellationToken) => IsAway ? _done.Task.WaitAsync(cancellationToken) : _done.Task;

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

    internal override RequestKind Kind => RequestKind.RankGrains;

    internal override void WriteTo(IBufferWriter<byte> fields) => RankWire.Of(query, partitions).WriteTo(fields);

    internal override void TakeAnswer(ReadOnlyMemory<byte> answer) =>
        _done.TrySetResult(RankWire.From(Cluster.V1.RankAnswer.Parser.ParseFrom(answer.Span)));

    private RankAnswer Answer(PartitionLoop loop)
    {
        loop.Settle();
        var top = new TopRows(query.PageSize + 1);
        var plans = new List<RankPlan>();
        var ranked = new List<int>(partitions.Count);
        foreach (var partition in loop.Partitions)
        {
            if (!partitions.Contains(partition.Index) || (loop.Map.MayMove && !IsServed(loop, partition)))
                continue;
            ranked.Add(partition.Index);
            if (RankPlan.Of(query, partition.ColumnsOf(query.Kind), loop.Node.Workspaces) is { } plan)
                plans.Add(plan);
        }

        var matching = RankSearch.Run(plans, top);
        var rows = top.Take(query.At);
        var names = rows.ToDictionary(row => (row.Partition, row.Slot), row => NameOf(loop.Map[row.Partition], row.Slot));
        return new RankAnswer(new RankedRows(rows, matching), names, ranked);
    }

    // Accounts that have just come do not have yet what contacts elsewhere contribute.
    private bool IsServed(PartitionLoop loop, Partition partition) =>
        loop.Map.Takes(partition.Index) && (query.Kind == GrainKind.Contact || partition.IsComplete);

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
/// <param name="Partitions">Those that were ranked.</param>
internal sealed record RankAnswer(
    RankedRows Rows, IReadOnlyDictionary<(int Partition, int Slot), string> Names, IReadOnlyList<int> Partitions);
