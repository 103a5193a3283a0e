using LeadGrains.Grains.Following;
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
    private readonly NodeKeys? _keys;
    private readonly int[] _lanes;
    private int _behind;
    private int _running;
    private volatile bool _isStarted;

    /// <param name="context">What the loops share.</param>
    /// <param name="shares">The partitions of each loop.</param>
    public LoopGroup(NodeContext context, IEnumerable<IReadOnlyList<OwnedPartition>> shares)
    {
        Context = context;
        _keys = context.Parts.PartitionsMove ? null : new NodeKeys(context.Journal.PartitionCount);
        var events = new LoopEvents(_ => CaughtUp(), Fault);
        _lanes = new int[context.Journal.PartitionCount];
        Array.Fill(_lanes, -1);
        Loops = [.. shares.Select((share, lane) => Loop(lane, share, events))];
        _behind = Loops.Count;
        foreach (var loop in Loops)
        {
            foreach (var partition in loop.Partitions)
                _lanes[partition.Index] = loop.Lane;
        }
    }

    /// <summary>Which partitions each loop begins with: none where partitions come and go.</summary>
    public static IEnumerable<IReadOnlyList<OwnedPartition>> SharesOf(NodeParts parts)
    {
        if (parts.PartitionsMove)
            return Enumerable.Repeat<IReadOnlyList<OwnedPartition>>([], parts.Options.Loops);
        var perLoop = (parts.Owned.Count + parts.Options.Loops - 1) / parts.Options.Loops;
        return parts.Owned.Chunk(Math.Max(1, perLoop));
    }

    public NodeContext Context { get; }

    /// <summary>Which partitions each loop has now.</summary>
    public IEnumerable<IReadOnlyList<OwnedPartition>> Shares =>
        Loops.Select(loop => loop.Partitions.Select(partition => new OwnedPartition(partition.Index, partition.Epoch)).ToList());

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
    public int LaneOf(int partition) => Volatile.Read(ref _lanes[partition]);

    /// <inheritdoc/>
    public bool TryPost(int lane, PartitionRequest request) => Loops[lane].Queue.TryPost(request);

    /// <summary>Reads the rows, replays the journal's tail, starts the loops, and waits until accounts have everything.</summary>
    public async Task<RecoveredGrains> RecoverAsync(CancellationToken cancellationToken)
    {
        var checkpoints = await Context.Store.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false);
        var recovered = await RecoverAsync(Loops.Select(loop => (loop, (IReadOnlyList<Partition>)loop.Partitions)), checkpoints, cancellationToken).ConfigureAwait(false);
        foreach (var loop in Loops)
            loop.Names.StateEverything();
        Start(LoopDuty.Serve);
        await OrFaultAsync(_caughtUp.Task.WaitAsync(cancellationToken)).ConfigureAwait(false);
        return recovered;
    }

    /// <summary>Reads partitions that have come, and has the loops with the fewest drive them.</summary>
    public async Task<RecoveredGrains> AdoptAsync(IReadOnlyList<OwnedPartition> owned, CancellationToken cancellationToken)
    {
        var checkpoints = await Context.Store.ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false);
        var shares = Loops.Select(loop => (Loop: loop, Owned: new List<OwnedPartition>())).ToList();
        foreach (var partition in owned)
            shares.MinBy(share => share.Loop.Partitions.Length + share.Owned.Count).Owned.Add(partition);
        var adopted = shares.Where(share => share.Owned.Count > 0)
            .Select(share => (share.Loop, Partitions: PartitionsOf(share.Owned, share.Loop.AccountRefs))).ToList();
        var recovered = await RecoverAsync(adopted, checkpoints, cancellationToken).ConfigureAwait(false);
        await FormerOwners.ForgetAsync(this, owned, [.. adopted.SelectMany(each => each.Partitions)]).ConfigureAwait(false);
        foreach (var (loop, partitions) in adopted)
        {
            await TellAsync(loop, _ => loop.Moves.Adopt(partitions)).ConfigureAwait(false);
            foreach (var partition in partitions)
                Volatile.Write(ref _lanes[partition.Index], loop.Lane);
        }

        return recovered;
    }

    /// <summary>Lets partitions go once all of them has been written. Requests for them fail from here on.</summary>
    public async Task ReleaseAsync(IReadOnlyList<int> partitions)
    {
        var gone = new List<Task>(partitions.Count);
        foreach (var partition in partitions)
        {
            if (LaneOf(partition) is not (>= 0 and var lane))
                continue;
            Volatile.Write(ref _lanes[partition], -1);
            var left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await TellAsync(Loops[lane], loop => loop.Moves.Release(partition, left)).ConfigureAwait(false);
            gone.Add(left.Task);
        }

        await OrFaultAsync(Task.WhenAll(gone)).ConfigureAwait(false);
    }

    private async Task<RecoveredGrains> RecoverAsync(
        IEnumerable<(PartitionLoop Loop, IReadOnlyList<Partition> Partitions)> loops, IReadOnlyList<long> checkpoints, CancellationToken cancellationToken)
    {
        var all = loops.ToList();
        var shares = Math.Max(1, Context.Options.RecoveryThreads / Math.Max(1, all.Count));
        var lanes = all.SelectMany(loop => RecoveryLane.Of(loop.Loop, loop.Partitions, shares));
        var replayed = await Task.WhenAll(lanes.Select(lane => OwnThread.RunAsync(() => lane.Run(checkpoints, cancellationToken)))).ConfigureAwait(false);
        Context.StartedAt = Context.Now();
        var partitions = all.SelectMany(loop => loop.Partitions).ToList();
        var contacts = partitions.Sum(partition => (long)partition.Contacts.Keys.Slots - partition.Redirects.Count);
        return new RecoveredGrains(replayed.Sum(), contacts, [.. partitions.SelectMany(StartedMerge.PendingIn)]);
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

    /// <summary>Has a loop do something between its turns.</summary>
    public Task TellAsync(PartitionLoop loop, Action<PartitionLoop> act)
    {
        var request = new TellLoop(act);
        loop.Queue.TryPost(request);
        return OrFaultAsync(request.Done);
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
    private PartitionLoop Loop(int lane, IReadOnlyList<OwnedPartition> share, LoopEvents events)
    {
        var accountRefs = new AccountRefs();
        return new PartitionLoop(Context, lane, PartitionsOf(share, accountRefs), accountRefs, events);
    }

    private IReadOnlyList<Partition> PartitionsOf(IReadOnlyList<OwnedPartition> share, AccountRefs accountRefs)
    {
        var now = Context.Now();
        return [.. share.Select(owned => new Partition(
            owned.Partition, owned.Epoch, Context.Workspaces,
            PartitionTables.Empty(Context.Models, owned.Partition, now, _keys ?? new NodeKeys(_lanes.Length, areKept: true), accountRefs)))];
    }

    private async Task EndAsync(Action<PartitionLoop> tell)
    {
        if (Interlocked.Exchange(ref _running, 0) == 0)
            return;
        foreach (var loop in Loops)
            tell(loop);
        await Task.WhenAll(Loops.Select(loop => OwnThread.RunAsync(loop.Join, CancellationToken.None))).ConfigureAwait(false);
    }

    private void Fault(Exception failure)
    {
        _faulted.TrySetResult(failure);
        _ended.TrySetResult(failure);

        // Without it the others come to no end of what waits for its accounts, or for its acknowledgements.
        var reason = new PartitionUnavailableException("Another partition has stopped. What was acknowledged is in the journal.", failure);
        foreach (var loop in Loops)
            loop.Orders.Abort(reason);
    }

    private void CaughtUp()
    {
        if (Interlocked.Decrement(ref _behind) == 0)
            _ = CompleteAsync();
    }

    private async Task CompleteAsync()
    {
        foreach (var loop in Loops)
        {
            await TellAsync(loop, static loop =>
            {
                foreach (var partition in loop.Partitions)
                    loop.Complete(partition);
            }).ConfigureAwait(false);
        }

        _caughtUp.TrySetResult();
    }
}
