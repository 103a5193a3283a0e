using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Merges;

/// <summary>
/// Begins merges: has MergeStarted journalled in the history of the contact that goes. Where another node drives that one,
/// nobody may know whether it came; then its partition is asked, wherever it is driven by then, until it says.
/// </summary>
/// <param name="node">The way to the partitions.</param>
/// <param name="lanes">The same.</param>
/// <param name="epoch">Of the deciding partition.</param>
internal sealed class MergeStarts(NodeContext node, Lanes lanes, long epoch)
{
    private long _decided;

    /// <summary>Begins a merge. Both contacts are locked.</summary>
    /// <exception cref="GrainException">It was not begun.</exception>
    /// <exception cref="OperationCanceledException">Nobody knows.</exception>
    public async Task<StartedMerge> StartAsync(GrainKey from, GrainKey into, CancellationToken stopped)
    {
        if (!node.Parts.PartitionsMove)
        {
            var entry = GrainEntry.For(from, node.Router.PartitionCount, EntryBodies.MergeStarted(into.Id));
            await lanes.AppendAsync(from.Workspace, [entry], AckLevel.Recorded).ConfigureAwait(false);
            return new StartedMerge(from, into, (long)entry.Entry.Sequence);
        }

        var patience = lanes.NewPatience();
        while (true)
        {
            var (sequence, failure) = await TryAsync(from, into, stopped).ConfigureAwait(false);
            if (failure is null)
                return new StartedMerge(from, into, sequence);
            if (await FindAsync(from, stopped).ConfigureAwait(false) is { } started)
                return started;
            if (failure is not PartitionMovedException)
                throw failure;
            await patience.WaitAsync(stopped).ConfigureAwait(false);
        }
    }

    /// <summary>The merge by which a contact goes, if it is not finished. Those that were decided before do not begin any more.</summary>
    public async Task<StartedMerge?> FindAsync(GrainKey from, CancellationToken stopped)
    {
        var pending = await FindAllAsync([lanes.PartitionOf(from)], stopped).ConfigureAwait(false);
        return pending.Find(merge => merge.From == from);
    }

    /// <summary>All that is pending in some partitions, once each of them has an owner that says so.</summary>
    public Task<List<StartedMerge>> FindAllAsync(IEnumerable<int> partitions, CancellationToken stopped) =>
        FoundMerges.FindAsync(node, partitions, Next, stopped);

    // Sequence 0 where there is a failure. One that has the contact lead on already tells no more than that something came.
    private async Task<(long Sequence, GrainException? Failure)> TryAsync(GrainKey from, GrainKey into, CancellationToken stopped)
    {
        var entry = GrainEntry.For(from, node.Router.PartitionCount, EntryBodies.MergeStarted(into.Id));
        var request = new AppendEntries(from.Workspace, [entry], AckLevel.Recorded, weight: 1, Next());
        stopped.ThrowIfCancellationRequested();
        try
        {
            lanes.Post(node.Router.LaneOf(entry.Partition), request);
            await request.Done.WaitAsync(stopped).ConfigureAwait(false);
            return request.Moved is null && request.Onward is null ? ((long)entry.Entry.Sequence, null) : (0, new PartitionMovedException());
        }
        catch (GrainException failure)
        {
            return (0, failure);
        }
    }

    private MergeStamp Next() => new(epoch, Interlocked.Increment(ref _decided));
}
