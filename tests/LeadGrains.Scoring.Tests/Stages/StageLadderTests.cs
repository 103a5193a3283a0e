namespace LeadGrains.Scoring.Tests.Stages;

public class StageLadderTests
{
    private static readonly StageLadder Ladder = Samples.Model("""
        stages:
          contact:
            - {name: nurture}
            - {name: mql, total: {enter: 50, leave: 40}, min_fit: 30}
            - {name: sql, total: {enter: 80, leave: 70}, min_fit: 50}
        """).ContactStages;

    [Theory]
    // From below, `enter` counts.
    [InlineData("nurture", 49.9, 60, "nurture")]
    [InlineData("nurture", 50, 60, "mql")]
    [InlineData("nurture", 79.9, 60, "mql")]
    [InlineData("nurture", 80, 60, "sql")]
    // Held stages last down to `leave`, and below it are left.
    [InlineData("mql", 40, 60, "mql")]
    [InlineData("mql", 39.9, 60, "nurture")]
    [InlineData("mql", 75, 60, "mql")]
    [InlineData("sql", 70, 60, "sql")]
    [InlineData("sql", 69.9, 60, "mql")]
    [InlineData("sql", 45, 60, "mql")]
    [InlineData("sql", 39.9, 60, "nurture")]
    // Fit is asked for at every level, the held one too.
    [InlineData("nurture", 90, 49, "mql")]
    [InlineData("nurture", 90, 29, "nurture")]
    [InlineData("sql", 90, 49, "mql")]
    public void Evaluate_WhenHeld_UsesLeaveBelowAndEnterAbove(string held, double total, double fit, string stage) =>
        Assert.Equal(stage, Ladder.NameOf(Ladder.Evaluate(Ladder.IndexOf(held), total, fit)));

    [Theory]
    [InlineData("nurture", 90, 60, "nurture")]
    [InlineData("mql", 90, 60, "mql")]
    [InlineData("mql", 39, 60, "nurture")]
    [InlineData("sql", 72, 60, "sql")]
    [InlineData("sql", 45, 60, "mql")]
    public void Shown_WhenHeld_IsLoweredAndNeverRaised(string held, double total, double fit, string stage) =>
        Assert.Equal(stage, Ladder.NameOf(Ladder.Shown(Ladder.IndexOf(held), total, fit)));

    [Fact]
    public void Evaluate_WhenALowerStageAsksForMore_TakesTheLastThatHolds()
    {
        var ladder = Samples.Model("""
            stages: {account: [{name: a}, {name: b, total: {enter: 60}}, {name: c, min_fit: 70}]}
            """).AccountStages;
        Assert.Equal(2, ladder.Evaluate(0, 10, 70));
        Assert.Equal(1, ladder.Evaluate(0, 60, 60));
    }

    [Fact]
    public void IndexOf_WhenNameIsUnknown_SaysSo()
    {
        Assert.Equal(2, Ladder.IndexOf("sql"));
        Assert.Equal(0, Ladder.IndexOf(""));
        Assert.Equal(-1, Ladder.IndexOf("SQL"));
        Assert.False(Ladder.IsTrivial);

        var empty = Samples.Model("name: bare").ContactStages;
        Assert.True(empty.IsTrivial);
        Assert.Equal("", empty.NameOf(0));
        Assert.Equal(0, empty.Evaluate(0, 100, 100));
        Assert.Equal(0, empty.Shown(0, 100, 100));
    }
}
