using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Following;

/// <summary>Has a loop do something on its own thread, held as it may be.</summary>
internal sealed class TellLoop(Action<PartitionLoop> act) : PartitionRequest
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => _done.Task;

    internal override int Weight => 0;

    internal override bool IsExpress => true;

    internal override void Apply(PartitionLoop loop)
    {
        act(loop);
        _done.TrySetResult();
    }

    internal override void Fail(Exception failure) => _done.TrySetException(failure);
}
