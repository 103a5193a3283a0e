using LeadGrains.Host.Loading;
using LeadGrains.Testing;

namespace LeadGrains.Host.Tests.Loading;

public sealed class PacingTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Offset = TimeSpan.FromMilliseconds(2);
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Wait_WhenABatchIsNotDueYet_WaitsUntilItIs()
    {
        var pacing = new Pacing(_clock, _clock.GetTimestamp(), Interval, Offset);

        var waiting = pacing.WaitAsync(1, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromMilliseconds(11));
        Assert.False(waiting.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(TimeSpan.FromMilliseconds(12).Ticks, await waiting);
    }

    /// <summary>A server that stalls must not make the load test start its clock later.</summary>
    [Fact]
    public async Task Wait_WhenTheSenderIsLate_GivesTheInstantAtWhichTheBatchWasDue()
    {
        var pacing = new Pacing(_clock, _clock.GetTimestamp(), Interval, Offset);
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.FromMilliseconds(32).Ticks, await pacing.WaitAsync(3, TestContext.Current.CancellationToken));
        Assert.Equal(TimeSpan.FromMilliseconds(42).Ticks, await pacing.WaitAsync(4, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Wait_WhenThereIsNoRate_GivesNow()
    {
        var pacing = new Pacing(_clock, _clock.GetTimestamp(), interval: null, TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(_clock.GetTimestamp(), await pacing.WaitAsync(7, TestContext.Current.CancellationToken));
    }
}
