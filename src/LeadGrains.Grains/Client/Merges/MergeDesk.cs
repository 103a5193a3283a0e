using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Merges;

/// <summary>
/// Has merges decided by one node for all: the one that drives the first partition. Two that did not know of each other
/// could merge contacts in a circle, or merge one away while another one is on its way to it.
/// </summary>
internal sealed class MergeDesk(NodeContext node, Action<Exception> faulted) : IDisposable
{
    /// <summary>Whoever drives it decides.</summary>
    public const int Partition = 0;

    private volatile ContactMerges? _merges;

    /// <inheritdoc cref="ContactMerges.MergeAsync"/>
    public async Task<MergeResult> MergeAsync(string workspace, string from, string into, CancellationToken cancellationToken)
    {
        for (Patience? patience = null; ;)
        {
            try
            {
                return await (_merges is { } here
                    ? here.MergeAsync(workspace, from, into, cancellationToken)
                    : AskAsync(workspace, from, into, cancellationToken)).ConfigureAwait(false);
            }
            catch (PartitionMovedException)
            {
                await (patience ??= new Patience(node.Clock)).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Decides for another node.</summary>
    /// <exception cref="PartitionMovedException">It is not decided here.</exception>
    public Task<MergeResult> DecideAsync(string workspace, string from, string into, CancellationToken cancellationToken) =>
        _merges?.MergeAsync(workspace, from, into, cancellationToken) ?? throw new PartitionMovedException();

    /// <summary>Decides from here on, and first takes up what was started before.</summary>
    /// <param name="context">What contacts are scored under.</param>
    /// <param name="started">Null for those of all partitions, once every one has an owner.</param>
    public void Begin(NodeContext context, IReadOnlyList<StartedMerge>? started)
    {
        var merges = new ContactMerges(context);
        merges.Resume(started, faulted);
        _merges = merges;
    }

    /// <summary>Decides no more. What is under way ends between two steps; whoever decides next takes it up.</summary>
    public async Task EndAsync()
    {
        if (Interlocked.Exchange(ref _merges, null) is not { } merges)
            return;
        await merges.StopAsync().ConfigureAwait(false);
        merges.Dispose();
    }

    /// <summary>Ends what is under way without waiting for it.</summary>
    public void Abort() => _merges?.Abort();

    public void Dispose() => _merges?.Dispose();

    private Task<MergeResult> AskAsync(string workspace, string from, string into, CancellationToken cancellationToken)
    {
        var request = new MergeContacts(workspace, from, into);
        return node.Router.TrySend(node.Router.LaneOf(Partition), request)
            ? request.Done.WaitAsync(cancellationToken)
            : throw new OverloadedException();
    }
}
