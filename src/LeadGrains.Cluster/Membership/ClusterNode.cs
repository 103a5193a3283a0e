using System.Runtime.ExceptionServices;
using LeadGrains.Grains;
using LeadGrains.Grains.Storage;

namespace LeadGrains.Cluster.Membership;

/// <summary>
/// One node's part in a cluster, from joining to leaving: its heartbeat, and behind it the taking and giving of partitions.
/// Once its lease has passed without an answer, another node may have the partitions: they are not held for certain, until an
/// answer says that nobody has taken them since. Once somebody has, the node is lost, and the engine has been stopped. A node
/// that was lost joins again as a new one.
/// </summary>
public sealed class ClusterNode : IAsyncDisposable
{
    private const int BeatsALease = 4;

    // While partitions are on their way somebody waits for each step.
    private const int HurriedBeatsALease = 40;

    private readonly ClusterNodeParts _parts;
    private readonly PartitionMoves _moves;
    private readonly LeaseClock _lease;
    private readonly TaskCompletionSource _serving = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<Exception> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _running = Task.CompletedTask;
    private MemberState _state = MemberState.Joining;
    private long? _heard;
    private bool _hasBeenSilent;
    private volatile bool _isStopping;
    private bool _isMember;

    /// <summary>Builds it. Nothing is asked before <see cref="StartAsync"/>.</summary>
    public ClusterNode(ClusterNodeParts parts)
    {
        _parts = parts;
        _moves = new PartitionMoves(parts, Wake);
        _lease = new LeaseClock(parts.Membership.Lease, parts.Clock);
    }

    /// <summary>
    /// Completes with the reason when the node has been lost, with the engine stopped: a
    /// <see cref="StaleEpochException"/> where another has its name or a partition, a
    /// <see cref="PartitionUnavailableException"/> where its partitions cannot be reached, a
    /// <see cref="ModelChangedException"/>, else a fault.
    /// </summary>
    public Task<Exception> Lost => _lost.Task;

    /// <summary>Joins, and returns once the node drives what it could take.</summary>
    /// <exception cref="StoreUnusableException">Another process has the name, or all partitions.</exception>
    /// <exception cref="Exception">The reason of <see cref="Lost"/>, where it was lost before that.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var began = _parts.Clock.GetTimestamp();
        await _parts.Membership.JoinAsync(cancellationToken);
        _isMember = true;
        _lease.Begin(began);
        _parts.Ownership.HeldWhile(() => !_lease.HasEnded);
        _running = RunAsync();
        await Task.WhenAny(_serving.Task, _lost.Task).WaitAsync(cancellationToken);
        if (_lost.Task.IsCompleted)
            ExceptionDispatchInfo.Throw(await _lost.Task);
    }

    /// <summary>Hands all partitions over to the others, written, and leaves.</summary>
    public async Task StopAsync()
    {
        _isStopping = true;
        Wake();
        await _running;
        if (!_lost.Task.IsCompleted)
            await LeaveAsync();
    }

    /// <summary>Ends it. Without <see cref="StopAsync"/> before, the engine is stopped at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isMember && !_lost.Task.IsCompleted)
            Lose(new PartitionUnavailableException("The node is stopping."));
        _isStopping = true;
        Wake();
        await _running;
        await _moves.GivenUpAsync();
        if (_isMember)
            await LeaveAsync();
        _moves.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (!_lost.Task.IsCompleted)
            {
                var isSettled = await BeatAsync();
                if (_moves.IsHandedOver)
                    return;
                await PauseAsync(_parts.Membership.Lease / (isSettled ? BeatsALease : HurriedBeatsALease));
            }
        }
#pragma warning disable CA1031 // However the heartbeat ends, the partitions are lost soon after, and whoever drives them has to know.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Lose(failure);
        }
    }

    // False where the next beat is wanted soon.
    private async Task<bool> BeatAsync()
    {
        var owned = _parts.Ownership.Owned;
        var isMoving = _moves.AreUnderWay;
        var sent = _parts.Clock.GetTimestamp();
        ClusterView view;
        try
        {
            view = await AskAsync(cancel => _parts.Membership.BeatAsync(_isStopping ? MemberState.Draining : _state, owned, cancel));
        }
        catch (PartitionUnavailableException) when (!_isStopping || !_lease.HasEnded)
        {
            (_heard, _hasBeenSilent) = (null, true);
            return false;
        }

        Require(owned, view);
        if (_lost.Task.IsCompleted)
            return true;
        _lease.Begin(sent);
        _heard ??= _parts.Clock.GetTimestamp();
        _parts.Engine.Lead(view);
        return await FollowAsync(view, isMoving);
    }

    private async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> ask)
    {
        using var end = new CancellationTokenSource(_parts.Membership.Lease, _parts.Clock);
        try
        {
            return await ask(end.Token).WaitAsync(end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            throw new PartitionUnavailableException($"There was no answer for the lease of {_parts.Membership.Lease.TotalSeconds:0.###} s.");
        }
    }

    // One move at a time; what is to be done after it is seen in a later view.
    private async Task<bool> FollowAsync(ClusterView view, bool wasMoving)
    {
        if (_moves.AreUnderWay)
            return false;
        await _moves.EndAsync();
        if (wasMoving)
            return false;
        if (_isStopping)
        {
            if (!_moves.IsHandedOver)
                _moves.BeginHandOver();
            return false;
        }

        if (_parts.Ownership.Owned.Count == 0 && view.ModelVersion != _parts.Engine.ModelVersion)
            throw new ModelChangedException(_parts.Engine.ModelVersion, view.ModelVersion);
        var decision = Patiently(FairShare.Decide(view, _parts.Name), view);
        if (_moves.Begin(view, decision))
            return false;
        _state = MemberState.Serving;
        _serving.TrySetResult();
        return decision.IsSettled;
    }

    // What kept this node from being heard may have kept all others, too: they get time to be heard again.
    private ShareDecision Patiently(ShareDecision decision, ClusterView view)
    {
        if (_hasBeenSilent && _heard is { } heard && _parts.Clock.GetElapsedTime(heard) < _parts.Membership.Lease / 2)
            return decision with { Take = [.. decision.Take.Where(partition => view.Partitions[partition].Owner.Length == 0)] };
        _hasBeenSilent = false;
        return decision;
    }

    // What was given back meanwhile is no longer ours to miss.
    private void Require(IReadOnlyList<Grains.Partitions.OwnedPartition> sent, ClusterView view)
    {
        foreach (var owned in sent.Intersect(_parts.Ownership.Owned))
        {
            var seen = view.Partitions[owned.Partition];
            if (seen.Epoch != owned.Epoch || seen.Owner != _parts.Name)
                throw new StaleEpochException($"Partition {owned.Partition} has gone to {seen.Owner} under epoch {seen.Epoch}, and this node had it under epoch {owned.Epoch}.");
        }
    }

    private void Wake() => Volatile.Read(ref _wake).TrySetResult();

    private async Task PauseAsync(TimeSpan pause)
    {
        using var over = new CancellationTokenSource();
        await Task.WhenAny(Task.Delay(pause, _parts.Clock, over.Token), Volatile.Read(ref _wake).Task, _lost.Task);
        await over.CancelAsync();
        Interlocked.Exchange(ref _wake, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    private void Lose(Exception reason)
    {
        _moves.Cancel();
        _parts.Engine.Abort();
        _lost.TrySetResult(reason);
    }

    private async Task LeaveAsync()
    {
        _isMember = false;
        using var atMost = new CancellationTokenSource(_parts.Membership.Lease, _parts.Clock);
        try
        {
            await _parts.Membership.LeaveAsync(atMost.Token).WaitAsync(atMost.Token);
        }
        catch (Exception e) when (e is PartitionUnavailableException or OperationCanceledException)
        {
            // The lease ends by itself, which takes no longer.
        }
    }
}
