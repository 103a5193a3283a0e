namespace LeadGrains.Scoring.Tests.Activity;

public class ActivityRunTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromDays(60);

    // Signals on days 0, 59, 119 (60 later: woke up), 100 (late), 150, and 211 (61 later: woke up).
    [Fact]
    public void With_WhenSignalsCome_BeginsAnewAfterADormantTime()
    {
        var run = ActivityRun.None;
        var last = Instant.Min;
        var wokeUp = new List<double?>();
        foreach (var day in new[] { 0.0, 59, 119, 100, 150, 211 })
        {
            run = run.With(last, Samples.Day(day), Bound);
            last = Instant.Later(last, Samples.Day(day));
            wokeUp.Add(run.WokeUpAt is { } at ? (at - Samples.Start).TotalDays : null);
        }

        Assert.Equal([null, null, 119, 119, 119, 211], wokeUp);
        Assert.Equal(Samples.Day(150), run.DormantSince);
    }

    [Fact]
    public void With_WhenTheModelKnowsNoDormancy_NeverBeginsAnew()
    {
        var first = ActivityRun.None.With(Instant.Min, Samples.Day(0), TimeSpan.MaxValue);
        Assert.Equal(first, first.With(Samples.Day(0), Samples.Day(3000), TimeSpan.MaxValue));
    }
}
