using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Retention;

namespace LeadGrains.Grains.Merges;

/// <summary>
/// Merges for as long as this node is the one that decides them: all its life where it drives all partitions, in a cluster
/// while it drives the deciding partition under one epoch. What is asked for is decided with both contacts locked, which they
/// are until the merge is finished.
/// </summary>
internal sealed class ContactMerges : IDisposable
{
    private readonly NodeContext _node;
    private readonly ContactReader _contacts;
    private readonly ContactResolver _resolver;
    private readonly MergeStarts _starts;
    private readonly MergeRuns _runs;
    private readonly MergeLocks _locks = new();
    private readonly Action<Exception> _faulted;
    private readonly Erasures? _erasures;
    private readonly RetentionDuty? _retention;
    private Task _resumed = Task.CompletedTask;

    /// <param name="node">The way to the partitions, and the clock.</param>
    /// <param name="epoch">Of the deciding partition; 0 where partitions do not move.</param>
    /// <param name="faulted">Told where one cannot be finished for a reason that trying again will not mend.</param>
    public ContactMerges(NodeContext node, long epoch, Action<Exception> faulted)
    {
        var lanes = new Lanes(node);
        _node = node;
        _contacts = new ContactReader(lanes);
        _resolver = new ContactResolver(lanes);
        _starts = new MergeStarts(node, lanes, epoch);
        _runs = new MergeRuns(node, lanes, _starts, faulted);
        _erasures = node.Parts.Erasing is null ? null : new Erasures(node, _resolver, _contacts, lanes, _locks, _runs);
        _retention = node.Parts.Erasing is null ? null : new RetentionDuty(node, new LettingGo(node, _locks));
        _faulted = faulted;
    }

    /// <inheritdoc cref="MergeDesk.MergeAsync"/>
    /// <exception cref="PartitionMovedException">Another node decides by now. Nothing was done.</exception>
    public async Task<MergeResult> MergeAsync(MergeAsked merge, CancellationToken cancellationToken)
    {
        if (merge.From == merge.Into)
            throw new MergeRefusedException("into_contact_id", "both ids are the same");
        using var late = new CancellationTokenSource(_node.Parts.PartitionsMove ? Patience.AtMost : Timeout.InfiniteTimeSpan, _node.Clock);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            if (await BeginAsync(merge, waiting.Token).ConfigureAwait(false) is not var (steps, result))
                return MergeResult.Nothing;
            await steps.Begun.WaitAsync(waiting.Token).ConfigureAwait(false);
            await steps.FirstTry.WaitAsync(cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PartitionUnavailableException(
                "A merge waits for partitions, or for another merge of the same contacts. It may have begun, and asking again is safe.");
        }
    }

    /// <inheritdoc cref="MergeDesk.EraseAsync"/>
    /// <exception cref="PartitionMovedException">Another node decides by now. What was begun goes on there.</exception>
    public async Task<ErasureReport> EraseAsync(string workspace, string contactId, CancellationToken cancellationToken)
    {
        var erasures = _erasures ?? throw new InvalidOperationException("The node was built without what erasing needs.");
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _runs.Stopped);
        try
        {
            await _resumed.WaitAsync(until.Token).ConfigureAwait(false);
            var erasing = await erasures.BeginAsync(workspace, contactId, until.Token).ConfigureAwait(false);
            return await erasing.WaitAsync(until.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_runs.Stopped.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw _node.Parts.PartitionsMove ? new PartitionMovedException() : _runs.Ending;
        }
    }

    /// <summary>Takes up merges and erasures that an earlier run had started, before any other is decided.</summary>
    /// <param name="started">No contact is in two of them.</param>
    public void Resume(IEnumerable<StartedMerge> started)
    {
        StartedMerge[] all = [.. started];
        _resumed = WatchAsync(async () =>
        {
            await ResumeAsync(all).ConfigureAwait(false);
            await ResumeErasuresAsync().ConfigureAwait(false);
        });
        _runs.Track(_resumed);
        BeginRetention();
    }

    /// <summary>Takes up merges that the node which decided before has left, wherever they are pending, before any other is decided.</summary>
    public void ResumeAll()
    {
        _resumed = WatchAsync(async () =>
        {
            var all = Enumerable.Range(0, _node.Router.PartitionCount);
            await ResumeAsync(await _starts.FindAllAsync(all, _runs.Stopped).ConfigureAwait(false)).ConfigureAwait(false);
            await ResumeErasuresAsync().ConfigureAwait(false);
        });
        _runs.Track(_resumed);
        BeginRetention();
    }

    /// <summary>Takes up what is pending in some partitions and not under way.</summary>
    public void TakeUp(IReadOnlyList<int> partitions) => _runs.Track(WatchAsync(async () =>
    {
        await _resumed.ConfigureAwait(false);
        foreach (var merge in await _starts.FindAllAsync(partitions, _runs.Stopped).ConfigureAwait(false))
            await TakeUpAsync(merge).ConfigureAwait(false);
    }));

    /// <inheritdoc cref="MergeRuns.StopAsync"/>
    public Task StopAsync() => _runs.StopAsync();

    /// <inheritdoc cref="MergeRuns.Abort"/>
    public void Abort() => _runs.Abort();

    public void Dispose() => _runs.Dispose();

    // Null where the two are one already.
    private async Task<(MergeSteps Steps, MergeResult Result)?> BeginAsync(MergeAsked merge, CancellationToken waiting)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(waiting, _runs.Stopped);
        try
        {
            await _resumed.WaitAsync(until.Token).ConfigureAwait(false);
            while (true)
            {
                var (source, target) = await ResolveAsync(merge).ConfigureAwait(false);
                var held = await _locks.EnterAsync(until.Token, source, target).ConfigureAwait(false);
                try
                {
                    // Another merge may have had either of them until now.
                    if ((source, target) != await ResolveAsync(merge).ConfigureAwait(false))
                        continue;
                    if (source == target)
                        return null;
                    var result = await CheckAsync(source, target, merge, until.Token).ConfigureAwait(false);
                    var steps = _runs.Start(source, target, held);
                    held = null;
                    return (steps, result);
                }
                finally
                {
                    held?.Dispose();
                }
            }
        }
        catch (OperationCanceledException) when (_runs.Stopped.IsCancellationRequested && !waiting.IsCancellationRequested)
        {
            // Nothing was done.
            throw _node.Parts.PartitionsMove ? new PartitionMovedException() : _runs.Ending;
        }
    }

    private async Task<(GrainKey Source, GrainKey Target)> ResolveAsync(MergeAsked merge)
    {
        var found = await _resolver.ResolveAsync(merge.Workspace, [merge.From, merge.Into]).ConfigureAwait(false);
        if (found[merge.From].IsErased || found[merge.Into].IsErased)
            throw new MergeRefusedException(found[merge.From].IsErased ? "from_contact_id" : "into_contact_id", "the contact was erased");
        return (new GrainKey(merge.Workspace, GrainKind.Contact, found[merge.From].Id), new GrainKey(merge.Workspace, GrainKind.Contact, found[merge.Into].Id));
    }

    private async Task<MergeResult> CheckAsync(GrainKey from, GrainKey into, MergeAsked merge, CancellationToken cancellationToken)
    {
        var target = await _contacts.GetAsync(into.Workspace, into.Id, cancellationToken).ConfigureAwait(false)
            ?? throw new UnknownContactException(into.Id);
        var source = await _contacts.GetAsync(from.Workspace, from.Id, cancellationToken).ConfigureAwait(false);
        if (merge.StrangersOnly && from.Id != merge.From)
            throw new MergeRefusedException("from_contact_id", "it leads to another contact already");
        if (merge.StrangersOnly && source is { IsIdentified: true })
            throw new MergeRefusedException("from_contact_id", "it names a person of its own");
        var ids = target.MergedContactIds.Count + 1 + (source?.MergedContactIds.Count ?? 0);
        if (ids > Limits.MergedContactIds)
        {
            throw new MergeRefusedException(
                "from_contact_id", FormattableString.Invariant($"{ids:N0} ids would lead to '{into.Id}', at most {Limits.MergedContactIds:N0} are allowed"));
        }

        return source is null ? new MergeResult(MergeOutcome.IdLeads, 0) : new MergeResult(MergeOutcome.Merged, source.SignalCount);
    }

    // Others wait until these have their locks: what one of them is on its way to must not be merged away before.
    private async Task ResumeAsync(IReadOnlyList<StartedMerge> started)
    {
        foreach (var merge in started)
            _runs.Finish(merge, await _locks.EnterAsync(_runs.Stopped, merge.From, merge.Into).ConfigureAwait(false));
    }

    private Task ResumeErasuresAsync() => _erasures?.ResumeAsync(_runs.Stopped) ?? Task.CompletedTask;

    private void BeginRetention()
    {
        if (_retention is { } retention)
            _runs.Track(RunAsync(retention));
    }

    private async Task RunAsync(RetentionDuty retention)
    {
        await _resumed.ConfigureAwait(false);
        await Task.Run(() => retention.RunAsync(_runs.Stopped), CancellationToken.None).ConfigureAwait(false);
    }

    // With its locks, so that it is not under way here; then it is asked once more whether it still is to be finished.
    private async Task TakeUpAsync(StartedMerge merge)
    {
        var held = await _locks.EnterAsync(_runs.Stopped, merge.From, merge.Into).ConfigureAwait(false);
        try
        {
            if (await _starts.FindAsync(merge.From, _runs.Stopped).ConfigureAwait(false) is not { } pending)
                return;
            _runs.Finish(pending, held);
            held = null;
        }
        finally
        {
            held?.Dispose();
        }
    }

    private async Task WatchAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            _faulted(failure);
            throw;
        }
    }
}
