using Grpc.Core;

namespace Grpc.Net.Client.Internal;

/// <summary>
/// The addresses of a channel. Calls go to those that answer: in turn, or all to the first. One that cannot be reached
/// is left out, and is back once something listens there again, which is looked at after growing pauses. They are
/// asked for again once one fails or none answers, but only so often.
/// </summary>
/// <param name="resolve">Finds the addresses.</param>
/// <param name="lifetime">How long they hold; infinite if they hold until one fails.</param>
/// <param name="takesTurns">True for calls in turn.</param>
/// <param name="channel">Whose addresses they are.</param>
internal sealed class EndpointSet(Func<CancellationToken, Task<IReadOnlyList<Endpoint>>> resolve, TimeSpan lifetime, bool takesTurns, GrpcChannel channel)
{
    // As often as grpc-dotnet asks a name service at most.
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private Endpoint[] _all = [];
    private Endpoint[] _answering = [];
    private TaskCompletionSource _change = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _resolving;
    private long _resolvedAt;
    private Exception? _failure;
    private bool _isStale;
    private volatile bool _isAsked;
    private uint _turn;

    /// <summary>Where the next attempt of a call goes.</summary>
    /// <param name="waits">True to wait until an address answers.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="RpcException">UNAVAILABLE: no address answers, or none was found.</exception>
    public async ValueTask<Endpoint> PickAsync(bool waits, CancellationToken cancellationToken)
    {
        while (true)
        {
            var change = Volatile.Read(ref _change).Task;
            var resolving = IsDue() ? ResolveAsync() : Task.CompletedTask;
            if (Volatile.Read(ref _answering).Length == 0)
                await resolving.WaitAsync(cancellationToken);
            var answering = Volatile.Read(ref _answering);
            if (answering.Length > 0)
                return answering[takesTurns ? Interlocked.Increment(ref _turn) % (uint)answering.Length : 0];
            if (!waits)
                throw NoneAnswers();
            await Task.WhenAny(change, Task.Delay(channel.ReconnectBackoff.Initial, channel.Clock, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Leaves an address out until something listens there.</summary>
    public void LeaveOut(Endpoint endpoint, Exception failure)
    {
        lock (_gate)
        {
            _failure = failure;
            _isStale = true;
            if (!_answering.Contains(endpoint))
                return;
            _answering = [.. _answering.Where(other => other != endpoint)];
        }

        endpoint.CountFailure();
        _ = BringBackAsync(endpoint);
    }

    private async Task BringBackAsync(Endpoint endpoint)
    {
        try
        {
            await PauseAsync(endpoint);

            // A handler of the caller's may connect by ways of its own, so there only a call can tell.
            while (channel.ConnectsItself && Volatile.Read(ref _all).Contains(endpoint) && !await endpoint.ListensAsync(channel.Clock, channel.Closing))
            {
                endpoint.CountFailure();
                Volatile.Write(ref _isStale, true);
                await PauseAsync(endpoint);
            }
        }
        catch (OperationCanceledException)
        {
            // The channel was disposed.
            return;
        }

        lock (_gate)
        {
            if (_all.Contains(endpoint))
                _answering = [.. _answering, endpoint];
            SignalChange();
        }
    }

    private Task PauseAsync(Endpoint endpoint) =>
        Task.Delay(channel.ReconnectBackoff.Pause(endpoint.Failures - 1, channel.Chance.Next()), channel.Clock, channel.Closing);

    private bool IsDue()
    {
        if (!_isAsked)
            return true;
        var age = channel.Clock.GetElapsedTime(Volatile.Read(ref _resolvedAt));
        return (lifetime != Timeout.InfiniteTimeSpan && age > lifetime)
            || (age > ShortestLifetime && (Volatile.Read(ref _isStale) || Volatile.Read(ref _answering).Length == 0));
    }

    private Task ResolveAsync()
    {
        lock (_gate)
            return _resolving ??= ResolveOnceAsync();
    }

    private async Task ResolveOnceAsync()
    {
        await Task.Yield();

        // One that fails from here on may be among what is found.
        Volatile.Write(ref _isStale, false);
        try
        {
            Replace(await resolve(channel.Closing));
        }
        catch (Exception exception)
        {
            // The addresses found before, if any, may still do.
            _failure = exception;
            Volatile.Write(ref _isStale, true);
        }

        lock (_gate)
        {
            Volatile.Write(ref _resolvedAt, channel.Clock.GetTimestamp());
            _isAsked = true;
            _resolving = null;
        }
    }

    private void Replace(IReadOnlyList<Endpoint> found)
    {
        lock (_gate)
        {
            var known = _all.ToDictionary(endpoint => endpoint.Address);
            _all = [.. found.DistinctBy(endpoint => endpoint.Address).Select(endpoint => known.GetValueOrDefault(endpoint.Address, endpoint))];

            // Those that answer stay before the new ones, so that calls which all go to the first stay with it.
            _answering = [.. _answering.Where(_all.Contains), .. _all.Where(endpoint => !known.ContainsKey(endpoint.Address))];
            SignalChange();
        }
    }

    private void SignalChange()
    {
        _change.TrySetResult();
        Volatile.Write(ref _change, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    private RpcException NoneAnswers() => new(new Status(
        StatusCode.Unavailable,
        _failure is null ? "The channel has no address." : $"No address of the channel answers: {_failure.Message}",
        _failure));
}
