using LeadGrains.Grains.Accounts;
using LeadGrains.Grains.Partitions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Requests;

/// <summary>
/// An account with its own state and who contributes most to it; null where the key has no slot. A null instant means now.
/// </summary>
internal sealed class ReadAccount(GrainKey key, Instant? at, int contributors, bool explain) : PartitionRequest
{
    private readonly TaskCompletionSource<AccountAnswer?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (Partition Partition, int Slot) _place;

    public Task<AccountAnswer?> Done => _done.Task;

    internal override int Weight => 1;

    internal override bool IsFor(PartitionMap map) => map.Takes(key);

    internal override void Sequence(PartitionLoop loop, Turn turn)
    {
        _place = loop.Map.Find(key);
        if (_place.Slot >= 0)
            turn.Want(_place.Partition, GrainKind.Account, _place.Slot);
    }

    internal override void Apply(PartitionLoop loop)
    {
        loop.Settle();
        var (partition, slot) = _place;
        _done.TrySetResult(slot >= 0 && partition.Accounts.Find(slot) is { } account ? Answer(loop, partition, account) : null);
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);

    private AccountAnswer Answer(PartitionLoop loop, Partition partition, AccountGrain account) =>
        AccountAnswer.Of(partition, account, Viewpoint.Of(loop.Node, at), contributors, explain) with
        {
            IsEarly = at is { } then && (then < account.LastReceivedAt || then < loop.Node.StartedAt
                || then < partition.Contributions.ChangedAt(account.Slot)
                || partition.Accounts.Columns.MayLackDaysOf(account.Slot, then)),
        };
}
