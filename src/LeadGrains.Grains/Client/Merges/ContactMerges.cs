using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using LeadGrains.Grains.Codecs;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Requests;

namespace LeadGrains.Grains.Merges;

/// <summary>
/// Merges contacts. What is asked for is decided with both contacts locked; it is true once MergeStarted is journalled
/// in the history of the one that goes, and is finished from there on whether or not the caller waits: tried again
/// while the node runs, and taken up by the next one that starts.
/// </summary>
internal sealed class ContactMerges : IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly NodeContext _node;
    private readonly Lanes _lanes;
    private readonly ContactReader _contacts;
    private readonly ContactResolver _resolver;
    private readonly MergeCopy _copy;
    private readonly MergeLocks _locks = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private Action<Exception> _faulted = static _ => { };
    private Task _resumed = Task.CompletedTask;

    public ContactMerges(NodeContext node)
    {
        _node = node;
        _lanes = new Lanes(node);
        _contacts = new ContactReader(_lanes);
        _resolver = new ContactResolver(_lanes);
        _copy = new MergeCopy(node, _lanes);
        _stopped = _stopping.Token;
    }

    /// <summary>
    /// Merges one contact into another, or into whom that one leads to. Contacts that are one already stay so.
    /// </summary>
    /// <exception cref="UnknownContactException">There is nothing to merge into.</exception>
    /// <exception cref="MergeRefusedException">The two cannot be merged.</exception>
    /// <exception cref="GrainException">It is not finished yet, or was not begun. Asking again is safe.</exception>
    public async Task<MergeResult> MergeAsync(string workspace, string from, string into, CancellationToken cancellationToken)
    {
        if (from == into)
            throw new MergeRefusedException("into_contact_id", "both ids are the same");
        try
        {
            await _resumed.WaitAsync(cancellationToken).ConfigureAwait(false);
            var beginning = BeginAsync(workspace, from, into, cancellationToken);
            Track(beginning);
            var (result, finished) = await beginning.ConfigureAwait(false);
            await finished.WaitAsync(cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Ended();
        }
    }

    /// <summary>Takes up merges that an earlier run, or whoever decided them before, had started. Others wait until it knows of them.</summary>
    /// <param name="started">No contact is in two of them. Null for those of all partitions, once every one has an owner.</param>
    /// <param name="faulted">Told where one cannot be finished for a reason that trying again will not mend.</param>
    public void Resume(IReadOnlyList<StartedMerge>? started, Action<Exception> faulted)
    {
        _faulted = faulted;
        _resumed = ResumeAsync(started);
        Track(_resumed);
    }

    /// <summary>Ends what is under way between two steps; the next start takes it up.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        // What begins while this waits ends by itself, too.
        while (!_running.IsEmpty)
        {
            await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.Yield();
        }
    }

    /// <summary>Ends what is under way without waiting for it.</summary>
    public void Abort() => _stopping.Cancel();

    public void Dispose()
    {
        _stopping.Dispose();
        _copy.Dispose();
    }

    private async Task<(MergeResult Result, Task Finished)> BeginAsync(string workspace, string from, string into, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (source, target) = await ResolveAsync(workspace, from, into).ConfigureAwait(false);
            var held = await _locks.EnterAsync(cancellationToken, source, target).ConfigureAwait(false);
            try
            {
                if (_stopped.IsCancellationRequested)
                    throw Ended();
                // Another merge may have had either of them until now.
                if ((source, target) != await ResolveAsync(workspace, from, into).ConfigureAwait(false))
                    continue;
                if (source == target)
                    return (MergeResult.Nothing, Task.CompletedTask);
                var (merge, result, failure) = await StartAsync(source, target, cancellationToken).ConfigureAwait(false);
                if (failure is null)
                {
                    var finished = Finish(merge, held);
                    held = null;
                    return (result, finished);
                }

                Track(FindOutAsync(merge, held));
                held = null;
                throw failure;
            }
            finally
            {
                held?.Dispose();
            }
        }
    }

    private async Task<(GrainKey Source, GrainKey Target)> ResolveAsync(string workspace, string from, string into)
    {
        var found = await _resolver.ResolveAsync(workspace, [from, into]).ConfigureAwait(false);
        return (new GrainKey(workspace, GrainKind.Contact, found[from].Id), new GrainKey(workspace, GrainKind.Contact, found[into].Id));
    }

    // With a failure, it may have been started or not.
    private async Task<(StartedMerge Merge, MergeResult Result, GrainException? Failure)> StartAsync(GrainKey from, GrainKey into, CancellationToken cancellationToken)
    {
        var target = await _contacts.GetAsync(into.Workspace, into.Id, cancellationToken).ConfigureAwait(false)
            ?? throw new UnknownContactException(into.Id);
        var source = await _contacts.GetAsync(from.Workspace, from.Id, cancellationToken).ConfigureAwait(false);
        var ids = target.MergedContactIds.Count + 1 + (source?.MergedContactIds.Count ?? 0);
        if (ids > Limits.MergedContactIds)
        {
            throw new MergeRefusedException(
                "from_contact_id", FormattableString.Invariant($"{ids:N0} ids would lead to '{into.Id}', at most {Limits.MergedContactIds:N0} are allowed"));
        }

        var entry = GrainEntry.For(from, _node.Router.PartitionCount, EntryBodies.MergeStarted(into.Id));
        var (outcomes, failure) = await _lanes.TryAppendAsync(from.Workspace, [entry], AckLevel.Recorded).ConfigureAwait(false);
        var merge = new StartedMerge(from, into, (long)entry.Entry.Sequence);
        if (outcomes[0] == AppendOutcome.Unknown && failure is GrainException unknown)
            return (merge, MergeResult.Nothing, unknown);
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
        // It leads on already, with the contact locked: what was sent has come twice, and the first one counted.
        if (outcomes[0] != AppendOutcome.Applied)
            return (merge, MergeResult.Nothing, new PartitionUnavailableException("It is not known yet whether the merge was started. Ask again."));
        return (merge, source is null ? new MergeResult(MergeOutcome.IdLeads, 0) : new MergeResult(MergeOutcome.Merged, source.SignalCount), null);
    }

    // The contacts stay locked until it is known: asked again, a merge that was started looks as if it had been finished.
    private async Task FindOutAsync(StartedMerge merge, IDisposable? held)
    {
        try
        {
            var found = await FoundMerges.FindAsync(_node, [_lanes.PartitionOf(merge.From)], _stopped).ConfigureAwait(false);
            if (found.Find(started => started.From == merge.From) is not { } started)
                return;
            _ = Finish(started, held!);
            held = null;
        }
        finally
        {
            held?.Dispose();
        }
    }

    // Gives the outcome of the first try; the locks are held until the merge is finished.
    private Task Finish(StartedMerge merge, IDisposable held)
    {
        var firstTry = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Track(FinishAsync(merge, held, firstTry));
        return firstTry.Task;
    }

    // Others wait until these have their locks: what one of them is on its way to must not be merged away before.
    private async Task ResumeAsync(IReadOnlyList<StartedMerge>? started)
    {
        started ??= await FoundMerges.FindAsync(_node, Enumerable.Range(0, _node.Router.PartitionCount), _stopped).ConfigureAwait(false);
        foreach (var merge in started)
            _ = Finish(merge, await _locks.EnterAsync(_stopped, merge.From, merge.Into).ConfigureAwait(false));
    }

    // Where partitions move, another node decides from here on.
    private GrainException Ended() => _node.Parts.PartitionsMove
        ? new PartitionMovedException()
        : new PartitionUnavailableException("The server is stopping.");

    private async Task FinishAsync(StartedMerge merge, IDisposable held, TaskCompletionSource firstTry)
    {
        using (held)
        {
            try
            {
                while (await TryAsync(merge).ConfigureAwait(false) is { } failure)
                {
                    firstTry.TrySetException(failure);
                    await Task.Delay(failure.RetryAfter ?? RetryDelay, _node.Clock, _stopped).ConfigureAwait(false);
                }

                firstTry.TrySetResult();
            }
            catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
            {
                firstTry.TrySetException(new PartitionUnavailableException("The server is stopping. The merge goes on when it starts again."));
            }
#pragma warning disable CA1031 // Our own fault, which trying again does not mend: the node stops loudly.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                firstTry.TrySetException(failure);
                _faulted(failure);
            }
        }
    }

    private async Task<GrainException?> TryAsync(StartedMerge merge)
    {
        try
        {
            await _copy.RunAsync(merge, _stopped).ConfigureAwait(false);
            return null;
        }
        catch (GrainException failure)
        {
            return failure;
        }
    }

    private void Track(Task task)
    {
        _running.TryAdd(task, true);
        _ = task.ContinueWith(
            ended => _running.TryRemove(ended, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
