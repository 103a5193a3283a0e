using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains.Watching;

/// <summary>
/// Tells watchers of changes as loops apply them, without ever waiting for one: no lock, and of a workspace that nobody
/// watches nothing more is done. For many threads. A loop tells of a change before it says that it has come past it: so
/// whoever reads how far a loop has come knows that all up to there has been told.
/// </summary>
internal sealed class ChangeFeed : IDisposable
{
    private const int ReadersMax = 2;

    private readonly Lock _gate = new();
    private readonly long[] _told;
    private readonly long[] _reached;

    // By workspace. Another one takes its place when somebody comes or goes.
    private Dictionary<string, ChangeSubscription[]> _watchers = [];

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
        // In this order, and there in the other: whoever is not seen here sees that this has been told, and reads it.
        Interlocked.Exchange(ref _told[partition], (long)entry.Sequence);
        if (!Volatile.Read(ref _watchers).TryGetValue(GrainChange.WorkspaceOf(entry), out var watchers) || GrainChange.Of(partition, entry) is not { } change)
            return;
        foreach (var watcher in watchers)
        {
            // Whoever is too slow reads on in the journal.
            if (!watcher.TryTell(change))
                Leave(watcher);
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
    /// From here on changes of the workspace that the filter lets through are told to the watcher: all that come after
    /// <see cref="ChangeSubscription.Begin"/>, up to where the journal has everything.
    /// </summary>
    public ChangeSubscription Subscribe(string workspace, ChangeFilter filter)
    {
        var begin = new long[_reached.Length];
        var watcher = new ChangeSubscription(workspace, filter, begin, Leave);
        Change(workspace, watchers => [.. watchers, watcher]);
        ReachedInto(begin);
        for (var partition = 0; partition < begin.Length; partition++)
            begin[partition] = Math.Max(begin[partition], Volatile.Read(ref _told[partition]));
        return watcher;
    }

    /// <inheritdoc/>
    public void Dispose() => Readers.Dispose();

    private void Leave(ChangeSubscription watcher) => Change(watcher.Workspace, watchers => [.. watchers.Where(one => one != watcher)]);

    private void Change(string workspace, Func<ChangeSubscription[], ChangeSubscription[]> change)
    {
        lock (_gate)
        {
            var watchers = new Dictionary<string, ChangeSubscription[]>(_watchers, StringComparer.Ordinal);
            var changed = change(watchers.GetValueOrDefault(workspace, []));
            if (changed.Length > 0)
                watchers[workspace] = changed;
            else
                watchers.Remove(workspace);
            Interlocked.Exchange(ref _watchers, watchers);
        }
    }
}
