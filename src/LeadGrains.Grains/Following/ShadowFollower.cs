using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Following;

/// <summary>A follower that stays: it applies what is journalled as it comes, and answers ranked queries.</summary>
internal sealed class ShadowFollower : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _ended = new();
    private readonly Follower _follower;
    private readonly Func<ShadowFollower, Exception, Task> _failed;
    private Task _following = Task.CompletedTask;

    /// <param name="follower">Has caught up.</param>
    /// <param name="failed">Told once where it cannot follow any more, on a thread of nobody's.</param>
    public ShadowFollower(Follower follower, Func<ShadowFollower, Exception, Task> failed)
    {
        _follower = follower;
        _failed = failed;
        Readers = new GrainReaders(follower.Loops.Context);
    }

    public LoopGroup Loops => _follower.Loops;

    public GrainReaders Readers { get; }

    /// <summary>It still keeps up; false once something has failed.</summary>
    public bool IsAlive => !_following.IsCompleted;

    /// <summary>Begins, once it has its place.</summary>
    public void Follow()
    {
        _following = _follower.FollowAsync(_ended.Token);
        _ = _following.ContinueWith(
            // One that was told to end may leave the journal by an exception.
            following => following.IsFaulted && !_ended.IsCancellationRequested ? _failed(this, following.Exception.GetBaseException()) : Task.CompletedTask,
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>Waits until its rows hold what the journal has up to there, or it has ended.</summary>
    /// <param name="ends">By partition, a sequence.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteRowsAsync(IReadOnlyDictionary<int, long> ends, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        try
        {
            while (ends.Any(end => _follower.Positions[end.Key] < end.Value))
                await Task.Delay(BetweenLooks, Loops.Context.Clock, ended.Token).ConfigureAwait(false);
            await _follower.TellAsync(loop =>
            {
                foreach (var partition in loop.Partitions.Where(partition => ends.ContainsKey(partition.Index)))
                    loop.HastenCheckpoint(partition, ends[partition.Index]);
            }).ConfigureAwait(false);
            await ErasureRun.WaitForRowsAsync(Loops.Context.Clock, () => _follower.Generation, ends, ended.Token).ConfigureAwait(false);
        }
        catch (Exception) when (_ended.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Its rows go with it.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _follower.DisposeAsync().ConfigureAwait(false);
        _ended.Dispose();
    }
}
