using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Watching;

/// <summary>
/// Tells watchers of changes as loops apply them, without ever waiting for one. For many threads. A loop tells
/// of a change before it says that it has come past it: so whoever reads how far a loop has come knows that all up to
/// there has been told.
/// </summary>
internal sealed class ChangeFeed : IDisposable
{
    private const int ReadersMax = 2;

    private readonly Lock _gate = new();
    private readonly List<ChangeSubscription> _watchers = [];
    private readonly long[] _told;
    private readonly long[] _reached;

    /// <param name="journal">Nothing is under way in it yet.</param>
    public ChangeFeed(IJournal journal)
    {
        _reached = [.. Enumerable.Range(0, journal.PartitionCount).Select(journal.LastSequence)];
        _told = [.. _reached];
    }

    /// <summary>How many watchers may read the journal at a time, that reading leaves room for work.</summary>
    public SemaphoreSlim Readers { get; } = new(ReadersMax);

    /// <summary>Tells of a change that has been applied with effect, or of one that watchers are not told.</summary>
    public void Tell(int partition, Journal.V1.Entry entry)
    {
        lock (_gate)
        {
            _told[partition] = (long)entry.Sequence;
            if (_watchers.Count == 0 || GrainChange.Of(partition, entry) is not { } change)
                return;
            // Whoever is too slow reads on in the journal.
            _watchers.RemoveAll(watcher => !watcher.TryTell(change));
        }
    }

    /// <summary>A loop has applied everything of the partition up to there, and told of it.</summary>
    public void Reach(int partition, long sequence) => Volatile.Write(ref _reached[partition], sequence);

    /// <summary>How far loops have come; all changes up to there have been told.</summary>
    public void ReachedInto(Span<long> sequences)
    {
        for (var partition = 0; partition < sequences.Length; partition++)
            sequences[partition] = Volatile.Read(ref _reached[partition]);
    }

    /// <summary>
    /// From here on changes are told to the watcher: all that come after <see cref="ChangeSubscription.Begin"/>, up to
    /// where the journal has everything.
    /// </summary>
    public ChangeSubscription Subscribe()
    {
        lock (_gate)
        {
            var begin = new long[_reached.Length];
            ReachedInto(begin);
            for (var partition = 0; partition < begin.Length; partition++)
                begin[partition] = Math.Max(begin[partition], _told[partition]);
            var watcher = new ChangeSubscription(begin, Leave);
            _watchers.Add(watcher);
            return watcher;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Readers.Dispose();

    private void Leave(ChangeSubscription watcher)
    {
        lock (_gate)
            _watchers.Remove(watcher);
    }
}
