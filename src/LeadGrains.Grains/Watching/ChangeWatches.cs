using System.Runtime.CompilerServices;
using LeadGrains.Grains.Partitions;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Watching;

/// <summary>All watchers of a node, and how many there may be.</summary>
internal sealed class ChangeWatches(NodeContext node)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _byWorkspace = new(StringComparer.Ordinal);
    private int _count;

    public async IAsyncEnumerable<ChangeNotice> WatchAsync(
        string workspace, ChangeFilter filter, string resumeToken, bool fromStart,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Enter(workspace);
        try
        {
            await foreach (var notice in FollowAsync(workspace, filter, resumeToken, fromStart, cancellationToken).ConfigureAwait(false))
                yield return notice;
        }
        finally
        {
            Leave(workspace);
        }
    }

    /// <summary>As <see cref="WatchAsync"/>, and not counted.</summary>
    public async IAsyncEnumerable<ChangeNotice> FollowAsync(
        string workspace, ChangeFilter filter, string resumeToken, bool fromStart,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = resumeToken.Length > 0 ? WatchPositions.Read(resumeToken, await node.Journal.ReadEndsAsync(cancellationToken).ConfigureAwait(false))
            : fromStart ? new WatchPositions(new long[node.Journal.PartitionCount])
            : null;
        using var others = node.Parts.Relay is { } relay ? await relay.WatchAsync(cancellationToken).ConfigureAwait(false) : null;
        var watch = new ChangeWatch(node.Journal, node.Changes, node.Clock, workspace, filter);
        await foreach (var notice in watch.RunAsync(from, cancellationToken).ConfigureAwait(false))
            yield return notice;
    }

    /// <summary>A token that is refused, but that it comes no further than the journal.</summary>
    public async Task<string> TokenWithinAsync(string token, CancellationToken cancellationToken) =>
        WatchPositions.Within(token, await node.Journal.ReadEndsAsync(cancellationToken).ConfigureAwait(false)).Write();

    /// <summary>Null where the journal has no such change of the workspace's, or nobody is to be told of it.</summary>
    public GrainChange? Find(string workspace, ChangeName name)
    {
        if (name.Partition >= node.Journal.PartitionCount || node.Journal.ReadEntry(name.Partition, name.Sequence) is not { } bytes)
            return null;
        return GrainChange.Of(name.Partition, Entry.Parser.ParseFrom(bytes.Span)) is { } change && change.Workspace == workspace ? change : null;
    }

    private void Enter(string workspace)
    {
        lock (_gate)
        {
            var ofWorkspace = _byWorkspace.GetValueOrDefault(workspace);
            if (_count == Limits.Watchers || ofWorkspace == Limits.WatchersOfWorkspace)
                throw new TooManyWatchersException();
            _byWorkspace[workspace] = ofWorkspace + 1;
            _count++;
        }
    }

    private void Leave(string workspace)
    {
        lock (_gate)
        {
            if (--_byWorkspace[workspace] == 0)
                _byWorkspace.Remove(workspace);
            _count--;
        }
    }
}
