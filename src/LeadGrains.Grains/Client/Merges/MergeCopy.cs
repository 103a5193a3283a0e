using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.History;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;
using LeadGrains.Journal.V1;

namespace LeadGrains.Grains.Merges;

/// <summary>
/// Takes what a merged contact had to the contact that it leads to, from its history, part by part, and then says that
/// the merge is finished. Doing it again from the beginning changes nothing: a part that has come is skipped there.
/// </summary>
internal sealed class MergeCopy(NodeContext node, Lanes lanes) : IDisposable
{
    // Each holds some entries of a history and a part in memory; their parts find room in full queues.
    private const int AtOnce = 4;

    private readonly GrainHistory _history = new(node.Journal);
    private readonly SemaphoreSlim _running = new(AtOnce, AtOnce);

    public void Dispose() => _running.Dispose();

    /// <summary>Finishes the merge; what ranked queries say follows it.</summary>
    /// <param name="merge">The merge.</param>
    /// <param name="stopped">Ends it between two steps.</param>
    /// <param name="left">Ends the wait for a step, which comes or does not.</param>
    /// <exception cref="GrainException">Some part is not known to have arrived.</exception>
    public async Task RunAsync(StartedMerge merge, CancellationToken stopped, CancellationToken left)
    {
        await _running.WaitAsync(stopped).ConfigureAwait(false);
        try
        {
            var partition = lanes.PartitionOf(merge.From);
            var history = _history.AllOldestFirst(partition, merge.LastSequence, stopped);
            foreach (var part in new MergeParts(merge.From.Id, node.ModelOf(merge.From.Workspace)).Of(history))
            {
                stopped.ThrowIfCancellationRequested();
                await AppendAsync(merge.Into, EntryBodies.Merged(part), part.Facts is null ? AckLevel.Recorded : AckLevel.Ranked, left).ConfigureAwait(false);
            }

            stopped.ThrowIfCancellationRequested();
            await AppendAsync(merge.From, EntryBodies.MergeFinished(), AckLevel.Ranked, left).ConfigureAwait(false);
        }
        finally
        {
            _running.Release();
        }
    }

    private async Task AppendAsync(GrainKey contact, Entry body, AckLevel ack, CancellationToken left)
    {
        var entry = GrainEntry.For(contact, node.Router.PartitionCount, body);
        var (outcomes, failure) = await lanes.TryAppendAsync(contact.Workspace, [entry], ack, mustFit: true).WaitAsync(left).ConfigureAwait(false);
        if (failure is not null)
            throw failure;
        if (outcomes[0] != AppendOutcome.Applied)
            throw new InvalidOperationException($"'{contact.Id}' was merged away while another contact was on its way to it.");
    }
}
