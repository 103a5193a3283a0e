using LeadGrains.Grains.Erasing;
using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Metrics;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Remote;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Grains;

/// <summary>
/// The partitions that this machine owns, and the loops that drive them. Build it, start it with a way to the
/// partitions, ask it through <see cref="Client"/>.
/// </summary>
public sealed class GrainNode : IAsyncDisposable
{
    private readonly NodeParts _parts;
    private readonly MergeDesk _merges;
    private readonly AskedRequests _asked;
    private readonly TaskCompletionSource<Exception> _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDisposed;
    private volatile LoopGroup _loops;
    private volatile GrainReaders _readers;

    /// <summary>Builds the partitions. Nothing is read before <see cref="StartAsync"/>.</summary>
    /// <param name="options">How much it takes on.</param>
    /// <param name="journal">Where entries become durable.</param>
    /// <param name="store">Where grains rest; of the same store as the journal.</param>
    /// <param name="ownership">Which partitions it drives.</param>
    /// <param name="served">The models that are active.</param>
    /// <param name="clock">The receiving clock.</param>
    /// <param name="erasing">What erasing people needs of the same store; null where nobody is erased.</param>
    public GrainNode(
        GrainNodeOptions options, IJournal journal, IGrainStore store, IPartitionOwnership ownership, ServedModels served,
        TimeProvider clock, ErasingStore? erasing = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Loops, 1, nameof(options));
        _parts = new NodeParts(options, journal, store, ownership, clock, erasing);
        _loops = new LoopGroup(new NodeContext(_parts, store.Active, served), LoopGroup.SharesOf(_parts));
        _readers = new GrainReaders(_loops.Context);
        Watch(_loops);
        _parts.Meters.Watch(() => _loops.Loops, journal, options.QueueCapacity);
        Models = new ModelDesk(_parts, () => _loops, Serve, Fault);
        _merges = new MergeDesk(_loops.Context, Fault);
        _asked = new AskedRequests(() => _loops, _merges, clock);
        Client = new GrainClient(_loops.Context, _merges, () => _readers, workspace => Models.ShadowReadersOf(workspace));
    }

    /// <summary>Asks grains, here or elsewhere.</summary>
    public GrainClient Client { get; }

    /// <summary>Publishes models, and tries them beside the active one.</summary>
    public ModelDesk Models { get; }

    /// <summary>What it counts.</summary>
    internal GrainMeters Meters => _parts.Meters;

    /// <summary>How long requests wait for the busiest loop beyond what its commits take.</summary>
    public TimeSpan QueueDelay
    {
        get
        {
            var longest = TimeSpan.Zero;
            foreach (var loop in _loops.Loops)
                longest = loop.Turns.Pace.DelayOf(loop.Queue.Weight) is var delay && delay > longest ? delay : longest;
            return longest;
        }
    }

    /// <summary>How many loops there are: lanes of this node.</summary>
    public int LoopCount => _loops.LaneCount;

    /// <summary>Completes with the reason when a loop has stopped by itself. The process should end, loudly.</summary>
    public Task<Exception> Faulted => _faulted.Task;

    /// <summary>Has somebody told of each run that let go of what is too old, at its end. One at most.</summary>
    public void WatchRetention(Func<RetentionReport, CancellationToken, Task> told) => _parts.RetentionFinished = told;

    /// <summary>Which loop drives a partition; -1 where none does.</summary>
    public int LoopOf(int partition) => _loops.LaneOf(partition);

    /// <summary>Puts a request into a loop's queue; false where the queue is full.</summary>
    public bool TryPost(int loop, PartitionRequest request) => _loops.TryPost(loop, request);

    /// <summary>
    /// Does what a request of another node says, which <see cref="PartitionRequest.Write"/> wrote there, and gives what
    /// <see cref="PartitionRequest.Complete"/> takes there. Why it cannot be done is an answer, too. Requests take their
    /// places in the loops' queues in the order in which they are asked; the bytes are read until it completes.
    /// </summary>
    public Task<ReadOnlyMemory<byte>> AskAsync(ReadOnlyMemory<byte> request, CancellationToken cancellationToken) =>
        _asked.AskAsync(request, cancellationToken);

    /// <summary>As <see cref="AskAsync"/> answers what was not done, for requests that no node is there to do.</summary>
    public static ReadOnlyMemory<byte> Refusal(GrainException reason) => Answers.Of(reason);

    /// <summary>
    /// Reads the rows, replays the journal's tail, starts the loops, and waits until every account has what its
    /// contacts contribute.
    /// </summary>
    /// <param name="router">The way to all partitions.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StoreUnusableException">The rows were scored under another model.</exception>
    /// <exception cref="JournalDamagedException">The journal's tail cannot be read.</exception>
    public async Task<RecoveryReport> StartAsync(IPartitionRouter router, CancellationToken cancellationToken)
    {
        var loops = _loops;
        loops.Context.Router = router;
        var began = _parts.Clock.GetTimestamp();
        if (_parts.ErasureRecords is { } erasures)
            await erasures.LoadAsync(cancellationToken).ConfigureAwait(false);
        if (await _parts.Store.ReadActiveModelAsync(cancellationToken).ConfigureAwait(false) is { } active)
            loops.Context.ActiveAfter = active.After;
        var replayed = await loops.RecoverAsync(cancellationToken).ConfigureAwait(false);
        if (!_parts.PartitionsMove)
        {
            _parts.Drops.AddAbandoned();
            _merges.Begin(loops.Context, replayed.StartedMerges);
        }

        var accounts = await loops.CountAccountsAsync().ConfigureAwait(false);
        var report = new RecoveryReport(replayed.Contacts, accounts, _parts.Journal.EntryCount, replayed.Entries, _parts.Clock.GetElapsedTime(began));
        _parts.Meters.Recovered(report.ReplayedEntries, report.Elapsed);
        return report;
    }

    /// <summary>
    /// Takes partitions over: reads their rows, replays their journals' tails, and drives them. Their contacts are served when
    /// this is done; their accounts are ranked once all partitions have told what contacts contribute, which the node asks for
    /// by itself. Only where the ownership lets partitions move, after <see cref="StartAsync"/>.
    /// </summary>
    /// <param name="partitions">What is owned now and was not before, under its epochs.</param>
    /// <param name="cancellationToken">Gives up; the partitions are not driven then.</param>
    /// <exception cref="StoreUnusableException">The rows were scored under another model.</exception>
    /// <exception cref="GrainException">The store failed, or a loop stopped.</exception>
    public async Task AdoptAsync(IReadOnlyList<OwnedPartition> partitions, CancellationToken cancellationToken)
    {
        await _parts.Journal.RefreshAsync([.. partitions.Select(owned => owned.Partition)], cancellationToken).ConfigureAwait(false);
        if (_parts.ErasureRecords is { } erasures)
            await erasures.LoadAsync(cancellationToken).ConfigureAwait(false);
        if (_parts.Relay is { } relay)
            await relay.TakeOverAsync([.. partitions.Select(owned => owned.Partition)], cancellationToken).ConfigureAwait(false);
        var recovered = await _loops.AdoptAsync(partitions, cancellationToken).ConfigureAwait(false);
        _merges.Adopt(_loops.Context, partitions, recovered.StartedMerges);
    }

    /// <summary>
    /// Gives partitions up: takes nothing new for them, finishes what is under way, and writes all rows, so that the next owner
    /// has nothing to replay. Nothing is written for them once this is done. Those that are not driven here are passed over. A
    /// model that is being built up is given up.
    /// </summary>
    /// <param name="partitions">Which.</param>
    /// <exception cref="GrainException">A loop stopped.</exception>
    public async Task ReleaseAsync(IReadOnlyList<int> partitions)
    {
        if (partitions.Contains(MergeDesk.Partition))
            await _merges.EndAsync().ConfigureAwait(false);
        await Models.GiveWayAsync(() => _loops.ReleaseAsync(partitions)).ConfigureAwait(false);
        if (_parts.Relay is { } relay)
            await relay.GiveUpAsync(partitions).ConfigureAwait(false);
    }

    /// <summary>Partitions that are driven here and whose accounts have not heard from all contacts yet.</summary>
    public IReadOnlyList<int> IncompletePartitions =>
        [.. _loops.Loops.SelectMany(loop => loop.Partitions).Where(partition => !partition.IsComplete).Select(partition => partition.Index)];

    /// <summary>Finishes what has been asked, writes all rows, and stops the loops. Callers are refused from here on.</summary>
    public async Task StopAsync()
    {
        await _merges.StopAsync().ConfigureAwait(false);
        await Models.StopAsync().ConfigureAwait(false);
        await _loops.StopAsync().ConfigureAwait(false);
        await _parts.Drops.StopAsync().ConfigureAwait(false);

        // A loop that failed while it ended has said so to its group; whoever asks next must see it here, too.
        if (_loops.Faulted.IsCompleted)
            Fault(await _loops.Faulted.ConfigureAwait(false));
    }

    /// <summary>
    /// Stops at once, finishing nothing: for when the partitions are no longer ours to write. Callers get
    /// <see cref="PartitionUnavailableException"/>; what was acknowledged is in the journal.
    /// </summary>
    public void Abort()
    {
        _merges.Abort();
        Models.Abort();
        _loops.Abort();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        await StopAsync().ConfigureAwait(false);
        _loops.Dispose();
        _merges.Dispose();
        _asked.Dispose();
        Models.Dispose();
        _parts.Dispose();
    }

    private void Serve(LoopGroup loops)
    {
        Watch(loops);
        _readers = new GrainReaders(loops.Context);
        _loops = loops;
    }

    // Merges and erasures would be tried again and again, and who asked for them would wait.
    private void Fault(Exception failure)
    {
        _faulted.TrySetResult(failure);
        _merges.Abort();
    }

    private void Watch(LoopGroup loops) => _ = loops.Faulted.ContinueWith(
        fault => Fault(fault.Result), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}

/// <summary>What a start found.</summary>
/// <param name="Contacts">Known contacts.</param>
/// <param name="Accounts">Known accounts.</param>
/// <param name="JournalEntries">Entries in the journal, of all partitions.</param>
/// <param name="ReplayedEntries">Entries after the checkpoints, which had to be applied again.</param>
/// <param name="Elapsed">From the first read until every account had its contributions.</param>
public sealed record RecoveryReport(long Contacts, long Accounts, long JournalEntries, long ReplayedEntries, TimeSpan Elapsed);
