namespace LeadGrains.Testing;

/// <summary>Lets a test's clock run by itself, five times as fast as real time: what failed is tried again after a time.</summary>
internal sealed class TickingClock : IAsyncDisposable
{
    private readonly ManualClock _clock;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly Task _ticking;
    private bool _isStill;

    public TickingClock(ManualClock clock)
    {
        _clock = clock;
        _ticking = TickAsync();
    }

    public void Hold(bool isStill)
    {
        lock (_gate)
            _isStill = isStill;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _ticking;
        _ending.Dispose();
    }

    private async Task TickAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            await Task.Delay(2);
            lock (_gate)
            {
                if (!_isStill)
                    _clock.Advance(TimeSpan.FromMilliseconds(10));
            }
        }
    }
}
