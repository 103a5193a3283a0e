using System.Runtime.CompilerServices;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Watching;

/// <summary>
/// One watcher's way: what the journal has, then what is told as it happens, and the journal again whenever that came
/// too fast. Each change is given once, those of a partition in their order.
/// </summary>
internal sealed class ChangeWatch(
    IJournal journal, ChangeFeed feed, TimeProvider clock, string workspace, ChangeFilter filter)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private readonly long[] _reached = new long[journal.PartitionCount];
    private WatchPositions _positions = new(new long[journal.PartitionCount]);
    private long _givenAt;

    /// <param name="from">Where to begin; null for now.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<ChangeNotice> RunAsync(
        WatchPositions? from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            using var subscription = feed.Subscribe(workspace, filter);
            if (isFirst)
            {
                _positions = from ?? new WatchPositions(subscription.Begin.ToArray());
                yield return Give(null);
            }

            await foreach (var notice in CatchUpAsync(subscription.Begin.ToArray(), cancellationToken).ConfigureAwait(false))
                yield return notice;
            await foreach (var notice in FollowAsync(subscription, cancellationToken).ConfigureAwait(false))
                yield return notice;
        }
    }

    private async IAsyncEnumerable<ChangeNotice> CatchUpAsync(long[] target, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (_positions.IsBehind(target))
        {
            var (changes, through) = await ReadAsync(target, cancellationToken).ConfigureAwait(false);
            foreach (var change in changes)
            {
                if (Take(change))
                    yield return Give(change);
            }

            _positions.Advance(through);
            if (IsSilent)
                yield return Give(null);
        }
    }

    private async Task<(List<GrainChange> Changes, long[] Through)> ReadAsync(long[] target, CancellationToken cancellationToken)
    {
        await feed.Readers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => ChangeCatchUp.Read(journal, _positions, target, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            feed.Readers.Release();
        }
    }

    private async IAsyncEnumerable<ChangeNotice> FollowAsync(
        ChangeSubscription subscription, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            // In this order: what loops have come past has been told, or the watcher has lapsed by now.
            feed.ReachedInto(_reached);
            var hasLapsed = subscription.HasLapsed;
            while (subscription.Changes.TryRead(out var change))
            {
                if (Take(change))
                    yield return Give(change);
            }

            if (hasLapsed)
                yield break;

            // Nothing else up to there is for this watcher.
            _positions.Advance(_reached);
            if (IsSilent)
                yield return Give(null);

            await WaitAsync(subscription, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(ChangeSubscription subscription, CancellationToken cancellationToken)
    {
        var left = Silence - clock.GetElapsedTime(_givenAt);
        if (left <= TimeSpan.Zero)
            return;
        using var silent = new CancellationTokenSource(left, clock);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(silent.Token, cancellationToken);
        try
        {
            await subscription.Changes.WaitToReadAsync(ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing came in that time.
        }
    }

    private bool IsSilent => clock.GetElapsedTime(_givenAt) >= Silence;

    // What was given before the watcher came back, or read from the journal already, is passed over.
    private bool Take(GrainChange change)
    {
        if (change.Sequence <= _positions[change.Partition])
            return false;
        _positions.Advance(change.Partition, change.Sequence);
        return change.Workspace == workspace && filter.Matches(change);
    }

    private ChangeNotice Give(GrainChange? change)
    {
        _givenAt = clock.GetTimestamp();
        return new ChangeNotice(change, _positions.Write());
    }
}
