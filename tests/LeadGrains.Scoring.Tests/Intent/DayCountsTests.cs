namespace LeadGrains.Scoring.Tests.Intent;

public class DayCountsTests
{
    [Fact]
    public void TryCount_WhenLimitIsReached_CountsNoMoreThatDay()
    {
        var counts = new DayCounts();
        Assert.True(counts.TryCount(null, rule: 1, day: 10, limit: 2));
        Assert.True(counts.TryCount(null, 1, 10, 2));
        Assert.False(counts.TryCount(null, 1, 10, 2));
        Assert.True(counts.TryCount(null, 1, 11, 2));
        Assert.True(counts.TryCount(null, 2, 10, 2));
        Assert.True(counts.TryCount(null, 1, 9, 2));
        Assert.Equal([new(1, 9, 1), new(1, 10, 2), new(2, 10, 1), new DayCount(1, 11, 1)], counts.Items.ToArray());
    }

    [Fact]
    public void TryCount_WhenTableIsFull_DropsTheOldest()
    {
        var counts = Full(firstDay: 100);
        Assert.True(counts.TryCount(null, 0, 164, 1));
        Assert.Equal(DayCounts.Kept, counts.Items.Length);
        Assert.Equal(new DayCount(0, 101, 1), counts.Items[0]);
        Assert.Equal(new DayCount(0, 164, 1), counts.Items[^1]);

        // In the middle as well: rule 1 of day 130 takes the place of the oldest.
        Assert.True(counts.TryCount(null, 1, 130, 1));
        Assert.Equal(new DayCount(0, 102, 1), counts.Items[0]);
        Assert.Contains(new DayCount(1, 130, 1), counts.Items.ToArray());
        Assert.False(counts.TryCount(null, 1, 130, 1));
        Assert.False(counts.TryCount(null, 0, 150, 1));
    }

    [Fact]
    public void TryCount_WhenDayIsOlderThanAllKept_StartsAtZeroEveryTime()
    {
        var counts = Full(firstDay: 100);
        Assert.True(counts.TryCount(null, 0, 99, 1));
        Assert.True(counts.TryCount(null, 0, 99, 1));
        Assert.Equal(new DayCount(0, 100, 1), counts.Items[0]);
        Assert.False(counts.TryCount(null, 0, 100, 1));

        // A day that was dropped starts at 0 again as well.
        Assert.True(counts.TryCount(null, 0, 200, 1));
        Assert.True(counts.TryCount(null, 0, 100, 1));
        Assert.Equal(new DayCount(0, 101, 1), counts.Items[0]);
    }

    [Fact]
    public void Apply_WhenSignalsOfOneDayExceedTheLimit_TheFirstToArriveCount()
    {
        var model = Samples.Model("""
            groups: {g: {half_life: 10d}}
            rules: [{name: r, signal: s, group: g, points: 1, per_day: 2}]
            """);
        var state = new IntentState();
        Assert.True(state.Send(model, "s", Samples.Day(0.9)).Matched);
        Assert.True(state.Send(model, "s", Samples.Day(0.2)).Matched);
        Assert.False(state.Send(model, "s", Samples.Day(0.1)).Matched);
        Assert.False(state.Send(model, "s", Samples.Day(0.99)).Engaged);
        Assert.True(state.Send(model, "s", Samples.Day(1)).Matched);
        Assert.True(state.Send(model, "s", Samples.Day(-0.001)).Matched);
        Assert.Equal(4u, state.Rules[0].Count);
        Assert.Equal(Samples.Day(1), state.Rules[0].Newest);
    }

    private static DayCounts Full(int firstDay)
    {
        var counts = new DayCounts();
        for (var day = firstDay; day < firstDay + DayCounts.Kept; day++)
            Assert.True(counts.TryCount(null, 0, day, 1));
        return counts;
    }
}
