using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Requests;

/// <summary>How many accounts of a loop's partitions exist.</summary>
internal sealed class CountAccounts : PartitionRequest
{
    private readonly TaskCompletionSource<long> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<long> Done => _done.Task;

    internal override int Weight => 1;

    internal override void Apply(PartitionLoop loop) => _done.TrySetResult(loop.Partitions.Sum(
        partition => (long)Enumerable.Range(0, partition.Accounts.Keys.Slots).Count(partition.IsKnownAccount)));

    internal override void Fail(Exception failure) => _done.TrySetException(failure);
}
