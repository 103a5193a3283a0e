using LeadGrains.Grains.Partitions;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Partitions;

public sealed class LoopPaceTests
{
    private static readonly TimeSpan NoTime = TimeSpan.Zero;

    private readonly ManualClock _clock = new();

    [Fact]
    public void DelayOf_WhenNothingHasBeenDone_IsNone() => Assert.Equal(TimeSpan.Zero, new LoopPace(_clock).DelayOf(1_000));

    [Fact]
    public void DelayOf_WhenMuchWaits_IsTheTimeThatItTakes()
    {
        var pace = Paced(turns: 10, weight: 100, milliseconds: 50, commitMilliseconds: 0);

        Assert.Equal(500, pace.DelayOf(1_000).TotalMilliseconds, 1.0);
    }

    [Fact]
    public void DelayOf_WhenATurnIsUnderWay_CountsItUntilItsEnd()
    {
        var pace = Paced(turns: 10, weight: 100, milliseconds: 50, commitMilliseconds: 0);

        var began = pace.Begin(100);
        Assert.Equal(50, pace.DelayOf(0).TotalMilliseconds, 1.0);
        _clock.Advance(TimeSpan.FromMilliseconds(50));
        pace.End(began, 100, NoTime);

        Assert.Equal(TimeSpan.Zero, pace.DelayOf(0));
    }

    [Fact]
    public void DelayOf_WhenOnlyTheDiskIsSlow_IsNone()
    {
        var pace = Paced(turns: 10, weight: 100, milliseconds: 50, commitMilliseconds: 49);
        pace.Begin(90);

        Assert.Equal(TimeSpan.Zero, pace.DelayOf(100));
    }

    [Fact]
    public void DelayOf_WhenTurnsOverlap_CountsTheTimeOnce()
    {
        var pace = new LoopPace(_clock);
        var first = pace.Begin(100);
        for (var i = 0; i < 20; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(10));
            var second = pace.Begin(100);
            pace.End(first, 100, NoTime);
            first = second;
        }

        // 10,000 a second.
        Assert.Equal(1_010, pace.DelayOf(10_000).TotalMilliseconds, 20.0);
    }

    private LoopPace Paced(int turns, int weight, int milliseconds, int commitMilliseconds)
    {
        var pace = new LoopPace(_clock);
        for (var i = 0; i < turns; i++)
        {
            var began = pace.Begin(weight);
            _clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
            pace.End(began, weight, TimeSpan.FromMilliseconds(commitMilliseconds));
        }

        return pace;
    }
}
