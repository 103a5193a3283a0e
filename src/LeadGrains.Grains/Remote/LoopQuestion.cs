using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Remote;

/// <summary>Has a loop take what another node's loop tells it, at once and on its own thread.</summary>
internal sealed class LoopQuestion<T>(Action<PartitionLoop, TaskCompletionSource<T>> act) : PartitionRequest
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal override int Weight => 0;

    internal override bool IsExpress => true;

    /// <summary>Posts it; gives what comes of it.</summary>
    /// <param name="loops">The node's.</param>
    /// <param name="lane">Which of them.</param>
    /// <param name="act">Completes what it is given, sooner or later.</param>
    public static Task<T> AskAsync(LoopGroup loops, int lane, Action<PartitionLoop, TaskCompletionSource<T>> act)
    {
        var question = new LoopQuestion<T>(act);
        loops.TryPost(lane, question);
        return question._done.Task;
    }

    internal override void Apply(PartitionLoop loop) => act(loop, _done);

    internal override void Fail(Exception failure) => _done.TrySetException(failure);
}
