using System.Runtime.CompilerServices;
using LeadGrains.Grains.Partitions;

namespace LeadGrains.Grains.Watching;

/// <summary>All watchers of a node, and how many there may be.</summary>
internal sealed class StageWatches(NodeContext node)
{
    private int _count;

    public async IAsyncEnumerable<StageNotice> WatchAsync(
        string workspace, StageFilter filter, string resumeToken, bool fromStart,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = resumeToken.Length > 0 ? StagePositions.Read(resumeToken, await node.Journal.ReadEndsAsync(cancellationToken).ConfigureAwait(false))
            : fromStart ? new StagePositions(new long[node.Journal.PartitionCount])
            : null;
        try
        {
            if (Interlocked.Increment(ref _count) > Limits.StageWatchers)
                throw new TooManyWatchersException();
            using var others = node.Parts.Relay is { } relay ? await relay.WatchAsync(cancellationToken).ConfigureAwait(false) : null;
            var watch = new StageWatch(node.Journal, node.Stages, node.Clock, workspace, filter);
            await foreach (var notice in watch.RunAsync(from, cancellationToken).ConfigureAwait(false))
                yield return notice;
        }
        finally
        {
            Interlocked.Decrement(ref _count);
        }
    }
}
