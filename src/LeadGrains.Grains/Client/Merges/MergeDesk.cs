using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Merges;

/// <summary>
/// Has merges decided by one node for all: the one that drives the first partition. Two that did not know of each other
/// could merge contacts in a circle, or merge one away while another one is on its way to it. Any partition would do: every
/// store has it, one node at a time may write to it, and its epoch tells which of two nodes that both believe to have it came
/// later.
/// </summary>
internal sealed class MergeDesk : IDisposable
{
    /// <summary>Whoever drives it decides.</summary>
    public const int Partition = 0;

    private readonly NodeContext _node;
    private readonly Action<Exception> _faulted;
    private readonly MergeReports _reports;
    private volatile ContactMerges? _merges;

    /// <param name="node">The way to the partitions.</param>
    /// <param name="faulted">Told where a merge cannot be finished for a reason that trying again will not mend.</param>
    public MergeDesk(NodeContext node, Action<Exception> faulted)
    {
        _node = node;
        _faulted = faulted;
        _reports = new MergeReports(node, this);
    }

    /// <summary>
    /// Merges one contact into another, or into whom that one leads to. Contacts that are one already stay so.
    /// </summary>
    /// <exception cref="UnknownContactException">There is nothing to merge into.</exception>
    /// <exception cref="MergeRefusedException">The two cannot be merged.</exception>
    /// <exception cref="GrainException">It is not finished yet, or was not begun. Asking again is safe.</exception>
    public async Task<MergeResult> MergeAsync(MergeAsked merge, CancellationToken cancellationToken)
    {
        for (Patience? patience = null; ;)
        {
            try
            {
                return await (_merges is { } here
                    ? here.MergeAsync(merge, cancellationToken)
                    : AskAsync(merge, cancellationToken)).ConfigureAwait(false);
            }
            catch (PartitionMovedException)
            {
                await (patience ??= new Patience(_node.Clock)).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Erases whoever an id leads to. Asked again, it tells what was done, and looks once more whether anything is left.
    /// </summary>
    /// <exception cref="UnknownContactException">Nobody knows the id, and it was not erased.</exception>
    /// <exception cref="GrainException">It is not finished yet, or was not begun. Asking again is safe.</exception>
    public async Task<ErasureReport> EraseAsync(string workspace, string contactId, CancellationToken cancellationToken)
    {
        for (Patience? patience = null; ;)
        {
            try
            {
                return await (_merges is { } here
                    ? here.EraseAsync(workspace, contactId, cancellationToken)
                    : AskToEraseAsync(workspace, contactId, cancellationToken)).ConfigureAwait(false);
            }
            catch (PartitionMovedException)
            {
                await (patience ??= new Patience(_node.Clock)).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Erases for another node.</summary>
    /// <exception cref="PartitionMovedException">It is not decided here.</exception>
    public Task<ErasureReport> DecideErasureAsync(string workspace, string contactId, CancellationToken cancellationToken) =>
        _merges?.EraseAsync(workspace, contactId, cancellationToken) ?? throw new PartitionMovedException();

    /// <summary>Decides for another node.</summary>
    /// <exception cref="PartitionMovedException">It is not decided here.</exception>
    public Task<MergeResult> DecideAsync(MergeAsked merge, CancellationToken cancellationToken) =>
        _merges?.MergeAsync(merge, cancellationToken) ?? throw new PartitionMovedException();

    /// <summary>Decides from here on, where partitions do not move, and first takes up what an earlier run had started.</summary>
    /// <param name="context">What contacts are scored under.</param>
    /// <param name="started">No contact is in two of them.</param>
    public void Begin(NodeContext context, IReadOnlyList<StartedMerge> started)
    {
        var merges = new ContactMerges(context, epoch: 0, _faulted);
        merges.Resume(started);
        _merges = merges;
    }

    /// <summary>
    /// Partitions have come. With the deciding one this node decides from here on, once it knows what is pending anywhere; of
    /// others the deciding node is told where something is.
    /// </summary>
    /// <param name="context">What contacts are scored under.</param>
    /// <param name="partitions">Which have come.</param>
    /// <param name="started">Merges that are pending in them.</param>
    public void Adopt(NodeContext context, IReadOnlyList<OwnedPartition> partitions, IReadOnlyList<StartedMerge> started)
    {
        foreach (var owned in partitions.Where(owned => owned.Partition == Partition))
        {
            var merges = new ContactMerges(context, owned.Epoch, _faulted);
            merges.ResumeAll();
            _merges = merges;
        }

        if (started.Count > 0)
            _reports.Begin([.. started.Select(merge => KeyHash.PartitionOf(KeyHash.Of(merge.From), _node.Router.PartitionCount)).Distinct()]);
    }

    /// <summary>Takes up what is pending in partitions; false where another node decides.</summary>
    public bool TryTakeUp(IReadOnlyList<int> partitions)
    {
        if (_merges is not { } merges)
            return false;
        merges.TakeUp(partitions);
        return true;
    }

    /// <summary>Decides no more. What is under way ends between two steps; whoever decides next takes it up.</summary>
    public async Task EndAsync()
    {
        if (Interlocked.Exchange(ref _merges, null) is not { } merges)
            return;
        await merges.StopAsync().ConfigureAwait(false);
        merges.Dispose();
    }

    /// <summary>As <see cref="EndAsync"/>, for good.</summary>
    public Task StopAsync()
    {
        _reports.Stop();
        return EndAsync();
    }

    /// <summary>Ends what is under way without waiting for it.</summary>
    public void Abort()
    {
        _reports.Stop();
        _merges?.Abort();
    }

    public void Dispose()
    {
        _reports.Dispose();
        _merges?.Dispose();
    }

    private Task<ErasureReport> AskToEraseAsync(string workspace, string contactId, CancellationToken cancellationToken)
    {
        var request = new EraseContact(workspace, contactId);
        return _node.Router.TrySend(_node.Router.LaneOf(Partition), request)
            ? request.Done.WaitAsync(cancellationToken)
            : throw new OverloadedException();
    }

    private Task<MergeResult> AskAsync(MergeAsked merge, CancellationToken cancellationToken)
    {
        var request = new MergeContacts(merge);
        return _node.Router.TrySend(_node.Router.LaneOf(Partition), request)
            ? request.Done.WaitAsync(cancellationToken)
            : throw new OverloadedException();
    }
}
