using LeadGrains.Grains.Entries;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Watching;

/// <summary>
/// Tells a node's watchers of changes in partitions that other nodes drive, from the journal that all share, so that
/// a stream goes on whoever drives what. It reads only while somebody watches. For many threads.
/// </summary>
/// <param name="journal">Of the store.</param>
/// <param name="feed">The node's, which its own loops tell of what they apply.</param>
/// <param name="clock">Paces it.</param>
internal sealed class ChangeRelay(IJournal journal, ChangeFeed feed, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly HashSet<int> _own = [];
    private readonly CancellationTokenSource _ending = new();
    private int _watchers;
    private bool _isRunning;

    /// <summary>Somebody watches until this is disposed: from here on all partitions' changes are told.</summary>
    public async Task<IDisposable> WatchAsync(CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_watchers == 0)
            {
                // Nobody has been told of anything yet.
                var ends = await journal.ReadEndsAsync(cancellationToken).ConfigureAwait(false);
                foreach (var partition in Foreign())
                    feed.Reach(partition, ends[partition]);
                if (!_isRunning)
                    _ = RunAsync();
                _isRunning = true;
            }

            _watchers++;
            return new Watcher(this);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>The node's own loops tell of these from here on; what their former owners journalled has been told.</summary>
    public async Task TakeOverAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_watchers > 0)
                await TellAsync(partitions, cancellationToken).ConfigureAwait(false);
            foreach (var partition in partitions)
                feed.Reach(partition, journal.LastSequence(partition));
            _own.UnionWith(partitions);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Other nodes drive these from here on.</summary>
    public async Task GiveUpAsync(IReadOnlyList<int> partitions)
    {
        await _reading.WaitAsync().ConfigureAwait(false);
        _own.ExceptWith(partitions);
        _reading.Release();
    }

    public void Dispose() => _ending.Cancel();

    private async Task RunAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            await Task.Delay(BetweenLooks, clock, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _reading.WaitAsync().ConfigureAwait(false);
            try
            {
                _isRunning = _watchers > 0;
                if (!_isRunning)
                    return;
                await TellAsync(Foreign(), _ending.Token).ConfigureAwait(false);
            }
            catch (Exception)
            {
                // The store fails, or the node ends: the next look begins where this one came to. Nobody else would look.
            }
            finally
            {
                _reading.Release();
            }
        }
    }

    private List<int> Foreign() => [.. Enumerable.Range(0, journal.PartitionCount).Where(partition => !_own.Contains(partition))];

    private async Task TellAsync(IReadOnlyList<int> partitions, CancellationToken cancellationToken)
    {
        var ends = await journal.ReadEndsAsync(cancellationToken).ConfigureAwait(false);
        var reached = new long[journal.PartitionCount];
        feed.ReachedInto(reached);
        var behind = partitions.Where(partition => reached[partition] < ends[partition]).Select(partition => new JournalPosition(partition, reached[partition])).ToList();
        if (behind.Count == 0)
            return;
        await Task.Run(
            () =>
            {
                foreach (var block in journal.Read(behind, cancellationToken))
                    Tell(block, reached[block.Partition]);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private void Tell(in JournalBlock block, long after)
    {
        var entries = new EntryReader(block.Entries.Span);
        while (entries.TryRead(out var entry))
        {
            if (GrainChange.MayBe(entry.BodyCase) && entry.Sequence > after)
                feed.Tell(block.Partition, entry.Parse());
        }

        feed.Reach(block.Partition, block.LastSequence);
    }

    private void Leave()
    {
        _reading.Wait();
        _watchers--;
        _reading.Release();
    }

    private sealed class Watcher(ChangeRelay relay) : IDisposable
    {
        public void Dispose() => relay.Leave();
    }
}
