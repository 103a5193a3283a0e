using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Metrics;
using LeadGrains.Grains.Partitions;
using LeadGrains.Grains.Recovery;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;

namespace LeadGrains.Grains;

/// <summary>
/// The partitions that this machine owns, and the loops that drive them. Build it, start it with a way to the
/// partitions, ask it through <see cref="Client"/>.
/// </summary>
public sealed class GrainNode : IAsyncDisposable
{
    private readonly NodeContext _context;
    private readonly List<PartitionLoop> _loops;
    private readonly ContactMerges _merges;
    private readonly TaskCompletionSource<Exception> _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _behind;
    private long _contacts;
    private bool _started;

    /// <summary>Builds the partitions. Nothing is read before <see cref="StartAsync"/>.</summary>
    /// <param name="options">How much it takes on.</param>
    /// <param name="journal">Where entries become durable.</param>
    /// <param name="store">Where grains rest; of the same store as the journal.</param>
    /// <param name="ownership">Which partitions it drives.</param>
    /// <param name="model">The active model.</param>
    /// <param name="modelVersion">Its version in the store, from 1.</param>
    /// <param name="clock">The receiving clock.</param>
    public GrainNode(
        GrainNodeOptions options, IJournal journal, IGrainStore store, IPartitionOwnership ownership, ScoringModel model,
        uint modelVersion, TimeProvider clock)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Loops, 1, nameof(options));
        _context = new NodeContext(options, journal, store, model, modelVersion, clock);
        var now = _context.Now();
        var partitions = ownership.Owned.Select(owned => Build(owned, now)).ToList();
        var perLoop = (partitions.Count + options.Loops - 1) / options.Loops;
        var events = new LoopEvents(CaughtUp, failure => _faulted.TrySetResult(failure));
        _loops = [.. partitions.Chunk(Math.Max(1, perLoop)).Select((share, lane) =>
            new PartitionLoop(_context, lane, share, events))];
        _context.Meters.Watch(_loops);
        _behind = _loops.Count;
        _merges = new ContactMerges(_context);
        Client = new GrainClient(_context, _merges);
    }

    /// <summary>Asks grains, here or elsewhere.</summary>
    public GrainClient Client { get; }

    /// <summary>What it counts.</summary>
    internal GrainMeters Meters => _context.Meters;

    /// <summary>How many loops there are: lanes of this node.</summary>
    public int LoopCount => _loops.Count;

    /// <summary>Completes with the reason when a loop has stopped by itself. The process should end, loudly.</summary>
    public Task<Exception> Faulted => _faulted.Task;

    /// <summary>Which loop drives a partition; -1 where none does.</summary>
    public int LoopOf(int partition) => _loops.FindIndex(loop => loop.Partitions.Any(driven => driven.Index == partition));

    /// <summary>Puts a request into a loop's queue; false where the queue is full.</summary>
    public bool TryPost(int loop, PartitionRequest request) => _loops[loop].Queue.TryPost(request);

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
        _context.Router = router;
        var began = _context.Clock.GetTimestamp();
        var checkpoints = await _context.Store.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false);
        var replays = _loops.Select(loop => Task.Factory.StartNew(
            () => Recover(loop, checkpoints, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        var replayed = await Task.WhenAll(replays).ConfigureAwait(false);
        _context.StartedAt = _context.Now();
        _started = true;
        var started = _loops.SelectMany(loop => loop.Partitions).SelectMany(StartedMerge.PendingIn).ToList();
        foreach (var loop in _loops)
            loop.Names.StateEverything();
        foreach (var loop in _loops)
            loop.Start();
        if (await Task.WhenAny(_caughtUp.Task, _faulted.Task).WaitAsync(cancellationToken).ConfigureAwait(false) == _faulted.Task)
            throw new PartitionUnavailableException("A partition stopped while it started.", await _faulted.Task.ConfigureAwait(false));
        _merges.Resume(started, failure => _faulted.TrySetResult(failure));
        var accounts = await CountAccountsAsync().ConfigureAwait(false);
        var report = new RecoveryReport(
            Interlocked.Read(ref _contacts), accounts, _context.Journal.EntryCount, replayed.Sum(), _context.Clock.GetElapsedTime(began));
        _context.Meters.Recovered(report.ReplayedEntries, report.Elapsed);
        return report;
    }

    /// <summary>Finishes what has been asked, writes all rows, and stops the loops. Callers are refused from here on.</summary>
    public async Task StopAsync()
    {
        if (!_started)
            return;
        _started = false;
        await _merges.StopAsync().ConfigureAwait(false);
        foreach (var loop in _loops)
            loop.Drain();
        await Task.WhenAll(_loops.Select(loop => Task.Factory.StartNew(
            loop.Join, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))).ConfigureAwait(false);
    }

    /// <summary>
    /// Stops at once, finishing nothing: for when the partitions are no longer ours to write. Callers get
    /// <see cref="PartitionUnavailableException"/>; what was acknowledged is in the journal.
    /// </summary>
    public void Abort()
    {
        if (!_started)
            return;
        _started = false;
        _merges.Abort();
        foreach (var loop in _loops)
            loop.Abort();
        foreach (var loop in _loops)
            loop.Join();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _merges.StopAsync().ConfigureAwait(false);
        _merges.Dispose();
        foreach (var loop in _loops)
            loop.Dispose();
        _context.Dispose();
    }

    private static long Recover(PartitionLoop loop, IReadOnlyList<long> checkpoints, CancellationToken cancellationToken)
    {
        new ResidentLoader(loop).Run(cancellationToken);
        var replay = new Replay(loop);
        replay.Run(checkpoints, cancellationToken);
        return replay.Applied;
    }

    private void CaughtUp(PartitionLoop loop)
    {
        var contacts = loop.Partitions.Sum(partition => (long)partition.Contacts.Keys.Count - partition.Redirects.Count);
        Interlocked.Add(ref _contacts, contacts);
        if (Interlocked.Decrement(ref _behind) > 0)
            return;
        _context.IsRollupComplete = true;
        _caughtUp.TrySetResult();
    }

    // Which accounts exist is known once all contributions have come, so every loop is asked for its own then.
    private async Task<long> CountAccountsAsync()
    {
        var counts = new List<Task<long>>(_loops.Count);
        for (var lane = 0; lane < _loops.Count; lane++)
        {
            var request = new CountAccounts();
            _loops[lane].Queue.TryPost(request);
            counts.Add(request.Done);
        }

        return (await Task.WhenAll(counts).ConfigureAwait(false)).Sum();
    }

    private Partition Build(OwnedPartition owned, Instant now) =>
        new(owned.Partition, owned.Epoch, _context.Workspaces, PartitionTables.Empty(_context.Model, owned.Partition, now));
}

/// <summary>What a start found.</summary>
/// <param name="Contacts">Known contacts.</param>
/// <param name="Accounts">Known accounts.</param>
/// <param name="JournalEntries">Entries in the journal, of all partitions.</param>
/// <param name="ReplayedEntries">Entries after the checkpoints, which had to be applied again.</param>
/// <param name="Elapsed">From the first read until every account had its contributions.</param>
public sealed record RecoveryReport(long Contacts, long Accounts, long JournalEntries, long ReplayedEntries, TimeSpan Elapsed);
