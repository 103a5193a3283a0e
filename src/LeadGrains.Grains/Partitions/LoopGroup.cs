using LeadGrains.Grains.Merges;
using LeadGrains.Grains.Recovery;
using LeadGrains.Grains.Requests;
using LeadGrains.Grains.Residents;
using LeadGrains.Grains.Rollup;

namespace LeadGrains.Grains.Partitions;

/// <summary>The loops that score a node's partitions under one model.</summary>
internal sealed class LoopGroup : IPartitionRouter, IDisposable
{
    private readonly TaskCompletionSource<Exception> _faulted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly NodeKeys _keys;
    private readonly int[] _lanes;
    private int _behind;
    private int _running;
    private volatile bool _isStarted;

    public LoopGroup(NodeContext context)
    {
        Context = context;
        _keys = new NodeKeys(context.Journal.PartitionCount);
        var owned = context.Parts.Owned;
        var perLoop = (owned.Count + context.Options.Loops - 1) / context.Options.Loops;
        var events = new LoopEvents(_ => CaughtUp(), Fault);
        Loops = [.. owned.Chunk(Math.Max(1, perLoop)).Select((share, lane) => new PartitionLoop(context, lane, PartitionsOf(share), events))];
        _behind = Loops.Count;
        _lanes = new int[context.Journal.PartitionCount];
        Array.Fill(_lanes, -1);
        foreach (var loop in Loops)
        {
            foreach (var partition in loop.Partitions)
                _lanes[partition.Index] = loop.Lane;
        }
    }

    public NodeContext Context { get; }

    public IReadOnlyList<PartitionLoop> Loops { get; }

    /// <summary>Completes with the reason when a loop has stopped by itself.</summary>
    public Task<Exception> Faulted => _faulted.Task;

    /// <summary>Completes with the reason when a loop has stopped by itself, or when all were told to stop at once.</summary>
    public Task<Exception> Ended => _ended.Task;

    /// <inheritdoc/>
    public int PartitionCount => _lanes.Length;

    /// <inheritdoc/>
    public int LaneCount => Loops.Count;

    /// <inheritdoc/>
    public int LaneOf(int partition) => _lanes[partition];

    /// <inheritdoc/>
    public bool TryPost(int lane, PartitionRequest request) => Loops[lane].Queue.TryPost(request);

    /// <summary>Reads the rows, replays the journal's tail, starts the loops, and waits until accounts have everything.</summary>
    public async Task<RecoveredGrains> RecoverAsync(CancellationToken cancellationToken)
    {
        var checkpoints = await Context.Store.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false);
        var shares = Math.Max(1, Context.Options.RecoveryThreads / Math.Max(1, Loops.Count));
        var lanes = Loops.SelectMany(loop => RecoveryLane.Of(loop, shares));
        var replayed = await Task.WhenAll(lanes.Select(lane => OnThread(() => lane.Run(checkpoints, cancellationToken)))).ConfigureAwait(false);
        Context.StartedAt = Context.Now();
        var partitions = Loops.SelectMany(loop => loop.Partitions).ToList();
        var contacts = partitions.Sum(partition => (long)partition.Contacts.Keys.Slots - partition.Redirects.Count);
        var recovered = new RecoveredGrains(replayed.Sum(), contacts, [.. partitions.SelectMany(StartedMerge.PendingIn)]);
        foreach (var loop in Loops)
            loop.Names.StateEverything();
        Start(LoopDuty.Serve);
        await OrFaultAsync(_caughtUp.Task.WaitAsync(cancellationToken)).ConfigureAwait(false);
        return recovered;
    }

    /// <summary>Starts the loops as they are.</summary>
    public void Start(LoopDuty duty)
    {
        _running = 1;
        _isStarted = true;
        foreach (var loop in Loops)
            loop.Start(duty);
    }

    /// <summary>Waits, but not for loops that have stopped.</summary>
    /// <exception cref="PartitionUnavailableException">One has stopped by itself, or all were told to at once.</exception>
    public async Task OrFaultAsync(Task task)
    {
        if (await Task.WhenAny(task, Ended).ConfigureAwait(false) == Ended)
            throw new PartitionUnavailableException("A partition stopped.", await Ended.ConfigureAwait(false));
        await task.ConfigureAwait(false);
    }

    /// <summary>
    /// Brings all loops to rest: nothing is under way between them either, which is so once all have been at rest
    /// twice and none did anything in between.
    /// </summary>
    /// <param name="isHeld">Callers' requests wait from here on; else they are done first.</param>
    public async Task RestAsync(bool isHeld)
    {
        for (var before = -1L; ;)
        {
            await OrFaultAsync(Task.WhenAll(Loops.Select(loop => loop.Orders.RestAsync(isHeld)))).ConfigureAwait(false);
            var progress = Loops.Sum(loop => loop.Orders.Progress);
            if (progress == before)
                return;
            before = progress;
        }
    }

    public void GoOn()
    {
        foreach (var loop in Loops)
            loop.Orders.GoOn();
    }

    /// <summary>Finishes what has been asked, writes all rows, and stops the loops.</summary>
    public Task StopAsync() => EndAsync(loop => loop.Orders.Drain());

    /// <summary>At rest: ends, since another group has taken its place.</summary>
    public Task GiveWayAsync() => EndAsync(loop => loop.Orders.GiveWay());

    /// <summary>Stops at once, finishing nothing.</summary>
    public void Abort()
    {
        _ended.TrySetResult(new PartitionUnavailableException("The server is stopping."));
        if (!_isStarted)
            return;
        if (Interlocked.Exchange(ref _running, 0) != 0)
        {
            foreach (var loop in Loops)
                loop.Orders.Abort();
        }

        // Whoever told them first, none runs any more from here on.
        foreach (var loop in Loops)
            loop.Join();
    }

    /// <summary>How many accounts there are, once all contributions have come.</summary>
    public async Task<long> CountAccountsAsync()
    {
        var counts = new List<Task<long>>(Loops.Count);
        foreach (var loop in Loops)
        {
            var request = new CountAccounts();
            loop.Queue.TryPost(request);
            counts.Add(request.Done);
        }

        return (await Task.WhenAll(counts).ConfigureAwait(false)).Sum();
    }

    public void Dispose()
    {
        foreach (var loop in Loops)
            loop.Dispose();
    }

    // Contacts of many partitions belong to one account, which a loop refers to once.
    private List<Partition> PartitionsOf(IEnumerable<OwnedPartition> share)
    {
        var now = Context.Now();
        var accountRefs = new AccountRefs();
        return [.. share.Select(owned => new Partition(
            owned.Partition, owned.Epoch, Context.Workspaces, PartitionTables.Empty(Context.Model, owned.Partition, now, _keys, accountRefs)))];
    }

    private static Task<T> OnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private async Task EndAsync(Action<PartitionLoop> tell)
    {
        if (Interlocked.Exchange(ref _running, 0) == 0)
            return;
        foreach (var loop in Loops)
            tell(loop);
        await Task.WhenAll(Loops.Select(loop => OnThread(() =>
        {
            loop.Join();
            return true;
        }))).ConfigureAwait(false);
    }

    private void Fault(Exception failure)
    {
        _faulted.TrySetResult(failure);
        _ended.TrySetResult(failure);
    }

    private void CaughtUp()
    {
        if (Interlocked.Decrement(ref _behind) > 0)
            return;
        Context.IsRollupComplete = true;
        _caughtUp.TrySetResult();
    }
}

/// <param name="Entries">How many were replayed.</param>
/// <param name="Contacts">Known contacts.</param>
/// <param name="StartedMerges">Merges that are not finished.</param>
internal sealed record RecoveredGrains(long Entries, long Contacts, IReadOnlyList<StartedMerge> StartedMerges);
