using Grpc.Core;

namespace Grpc.AspNetCore.Server.Internal;

/// <summary>
/// Ends a call with DEADLINE_EXCEEDED when its time is up: the client gets its answer at once, and the token tells
/// the method that serves the call to stop.
/// </summary>
internal sealed class CallDeadline
{
    // The longest time that timers take; a deadline beyond it is as good as none.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly CallResponse _response;
    private readonly ServerRuntime _runtime;
    private readonly CancellationTokenSource _source;
    private readonly ITimer _timer;
    private Task _ending = Task.CompletedTask;

    public CallDeadline(CallResponse response, ServerRuntime runtime, TimeSpan timeout, CancellationToken requestAborted)
    {
        _response = response;
        _runtime = runtime;
        var now = runtime.Clock.GetUtcNow().UtcDateTime;
        Instant = timeout < DateTime.MaxValue - now ? now + timeout : DateTime.MaxValue;
        _source = CancellationTokenSource.CreateLinkedTokenSource(requestAborted);
        var due = timeout < LongestTimer ? timeout : Timeout.InfiniteTimeSpan;
        _timer = runtime.Clock.CreateTimer(static state => ((CallDeadline)state!).Exceed(), this, due, Timeout.InfiniteTimeSpan);
    }

    public DateTime Instant { get; }

    public CancellationToken Token => _source.Token;

    /// <summary>Stops the clock, and waits for an end that is under way.</summary>
    public async ValueTask StopAsync()
    {
        await _timer.DisposeAsync();
        try
        {
            await _ending;
        }
        catch (Exception exception)
        {
            // A callback on the token failed, or the connection broke: the client has its status or is gone.
            ServerLog.DeadlineFailed(_runtime.Logger, exception);
        }

        _source.Dispose();
    }

    private void Exceed() => _ending = EndAsync();

    // A task even for what fails at once: nobody stands behind a timer to catch it.
    private async Task EndAsync()
    {
        if (!_response.TryEnd(new Status(StatusCode.DeadlineExceeded, "The deadline has passed."), trailers: null))
            return;
        _response.StopWaiting();
        await Task.WhenAll(_source.CancelAsync(), _response.CompleteAsync());
    }
}
