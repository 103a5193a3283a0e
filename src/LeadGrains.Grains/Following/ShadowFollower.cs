using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Following;

/// <summary>A follower that stays: it applies what is journalled as it comes, and answers ranked queries.</summary>
internal sealed class ShadowFollower : IAsyncDisposable
{
    private readonly CancellationTokenSource _ended = new();
    private readonly Follower _follower;
    private readonly Task _following;

    public ShadowFollower(Follower follower)
    {
        _follower = follower;
        Readers = new GrainReaders(follower.Loops.Context);
        _following = follower.FollowAsync(_ended.Token);
    }

    public LoopGroup Loops => _follower.Loops;

    public GrainReaders Readers { get; }

    /// <summary>It still keeps up; false once something has failed.</summary>
    public bool IsAlive => !_following.IsCompleted;

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _follower.DisposeAsync().ConfigureAwait(false);
        _ended.Dispose();
    }
}
