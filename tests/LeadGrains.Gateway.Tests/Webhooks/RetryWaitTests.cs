using LeadGrains.Gateway.Tests.Services;
using LeadGrains.Gateway.Webhooks;
using LeadGrains.Testing;

namespace LeadGrains.Gateway.Tests.Webhooks;

public sealed class RetryWaitTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Of_AfterEachFailure_IsFourTimesAsLongUpToTheLongest()
    {
        var wait = new RetryWait(new WebhookSettings { Chance = GatewayHost.Bytes }, _clock);

        Assert.Equal([5, 20, 80, 320, 1280, 5120, 20480, 36000, 36000], Enumerable.Range(1, 9).Select(failures => Math.Round(wait.Of((uint)failures, 0.5).TotalSeconds)));
        Assert.Equal((4.5, 5.5), (wait.Of(1, 0).TotalSeconds, wait.Of(1, 1).TotalSeconds));
        Assert.True(wait.Of(uint.MaxValue, 1) <= TimeSpan.FromHours(11));
    }

    [Fact]
    public async Task Wait_WhenAnotherGetsThrough_IsOverAfterAMinuteAtMost()
    {
        var wait = new RetryWait(new WebhookSettings { Chance = GatewayHost.Bytes }, _clock);
        var waiting = wait.WaitAsync(7, TimeSpan.Zero, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromMinutes(1));
        wait.GotThrough();

        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Wait_WhenTheReceiverAsksForMore_IsThatLong()
    {
        var wait = new RetryWait(new WebhookSettings { Chance = GatewayHost.Bytes }, _clock);
        var waiting = wait.WaitAsync(1, TimeSpan.FromMinutes(30), TestContext.Current.CancellationToken);
        wait.GotThrough();
        _clock.Advance(TimeSpan.FromMinutes(29));
        await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        _clock.Advance(TimeSpan.FromMinutes(1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
