using LeadGrains.Testing;

namespace LeadGrains.Storage.Tests;

public sealed class ManualClockTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Advance_WhenTimersAreDue_FiresThemInOrderAtTheirTime()
    {
        var fired = new List<string>();
        using var twice = _clock.CreateTimer(_ => fired.Add($"twice {_clock.GetUtcNow():ss}"), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        using var once = _clock.CreateTimer(_ => fired.Add($"once {_clock.GetUtcNow():ss}"), null, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        using var never = _clock.CreateTimer(_ => fired.Add("never"), null, Timeout.InfiniteTimeSpan, TimeSpan.Zero);
        _clock.Advance(TimeSpan.FromSeconds(4.5));
        Assert.Equal(["twice 02", "once 03", "twice 04"], fired);
        twice.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(3, fired.Count);
    }

    [Fact]
    public void SetUtcNow_WhenSetBack_LeavesTimestampsAndTimersAlone()
    {
        var fired = 0;
        using var timer = _clock.CreateTimer(_ => fired++, null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        var start = _clock.GetTimestamp();
        var past = new DateTimeOffset(2020, 2, 3, 4, 5, 6, TimeSpan.Zero);
        _clock.SetUtcNow(past);
        Assert.Equal(past, _clock.GetUtcNow());
        Assert.Equal(TimeSpan.Zero, _clock.GetElapsedTime(start));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(past.AddSeconds(1), _clock.GetUtcNow());
        Assert.Equal(1, fired);
    }

    [Fact]
    public async Task Delay_WhenTimeIsAdvanced_Ends()
    {
        var delay = Task.Delay(TimeSpan.FromMinutes(1), _clock, TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(delay.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        await delay;
    }
}
