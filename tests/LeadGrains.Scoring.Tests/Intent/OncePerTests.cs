namespace LeadGrains.Scoring.Tests.Intent;

public class OncePerTests
{
    private static readonly ScoringModel Clicks = Samples.Model("""
        groups: {email: {half_life: 10d}}
        rules:
          - {name: click, signal: clicked, once_per: {attribute: asset, within: 30d}, group: email, points: 3}
          - {name: ever, signal: read, once_per: {attribute: asset}, group: email, points: 5}
          - {name: other, signal: read, once_per: {attribute: asset}, group: email, points: 1, per_day: 1}
        """);

    [Fact]
    public void Apply_WhenTheSameAssetComesAgain_CountsItOnceWithinTheTime()
    {
        var state = new IntentState();
        Assert.True(Click(0, "Guide"));
        Assert.False(Click(0.5, "gUIDE"));
        Assert.True(Click(1, "Report"));
        Assert.False(Click(30, "guide"));
        Assert.True(Click(30.01, "guide"));
        // Late ones: both of the guide are within 30 days of day 20; day -29 is within 30 days of day 0, day -31 is not.
        Assert.False(Click(20, "guide"));
        Assert.False(Click(-29, "guide"));
        Assert.True(Click(-31, "guide"));
        Assert.Equal(4u, state.Rules[0].Count);

        bool Click(double day, string asset) => state.Send(Clicks, "clicked", Samples.Day(day), ("asset", asset)).Matched;
    }

    [Fact]
    public void Apply_WithoutTheAttribute_CountsEachTime()
    {
        var state = new IntentState();
        state.Send(Clicks, "clicked", Samples.Day(0));
        Assert.True(state.Send(Clicks, "clicked", Samples.Day(0)).Matched);
        Assert.Equal(6, state.PointsAt(Clicks, Samples.Day(0)));
        Assert.True(state.Contents.ObjectCounts.IsEmpty);
    }

    [Fact]
    public void Apply_WithoutWithin_CountsOnceForEver()
    {
        var state = new IntentState();
        Assert.True(state.Send(Clicks, "read", Samples.Day(5000), ("asset", "a")).Matched);
        Assert.False(state.Send(Clicks, "read", Samples.Day(0), ("asset", "A")).Matched);
        Assert.False(state.Send(Clicks, "read", Samples.Day(9999), ("asset", "a")).Matched);
    }

    [Fact]
    public void Apply_WhenTheDailyLimitRefusesASignal_DoesNotRememberItsObject()
    {
        var state = new IntentState();
        state.Send(Clicks, "read", Samples.Day(0), ("asset", "a"));
        state.Send(Clicks, "read", Samples.Day(0), ("asset", "b"));
        Assert.Equal([(1, 2u), (2, 1u)], state.Rules.ToArray().Select(rule => (rule.Rule, rule.Count)));
        state.Send(Clicks, "read", Samples.Day(1), ("asset", "b"));
        Assert.Equal([(1, 2u), (2, 2u)], state.Rules.ToArray().Select(rule => (rule.Rule, rule.Count)));
    }

    [Fact]
    public void Apply_WhenMoreComeThanAreRemembered_ForgetsTheOldest()
    {
        var model = Samples.Model("""
            groups: {g: {half_life: 10d}}
            rules: [{name: ever, signal: s, once_per: {attribute: asset}, group: g, points: 1}]
            """);
        var state = new IntentState();
        for (var i = 0; i < ObjectCounts.Kept; i++)
            Assert.True(Read(10 + i, $"{i}"));
        Assert.False(Read(100, "0"));
        Assert.True(Read(5, "older than all"));
        Assert.True(Read(5, "older than all"));
        Assert.True(Read(30.5, "in the middle"));
        Assert.False(Read(30.5, "in the middle"));
        Assert.Equal(ObjectCounts.Kept, state.Contents.ObjectCounts.Length);
        Assert.Equal(Samples.Day(11), state.Contents.ObjectCounts[0].At);
        Assert.True(Read(100, "0"));
        Assert.False(Read(100, "20"));

        bool Read(double day, string asset) => state.Send(model, "s", Samples.Day(day), ("asset", asset)).Matched;
    }

    [Theory]
    [InlineData("Straße", "STRAßE", true)]
    [InlineData("Übersicht", "übersicht", true)]
    [InlineData("Ωmega", "ωMEGA", true)]
    [InlineData("guide", "guides", false)]
    [InlineData("\u212Aelvin", "kelvin", false)]
    [InlineData("[", "{", false)]
    [InlineData("", "", true)]
    public void Apply_WhenValuesEqualIgnoringCase_TakesThemAsOneObject(string first, string second, bool same)
    {
        Assert.Equal(same, string.Equals(first, second, StringComparison.OrdinalIgnoreCase));
        var state = new IntentState();
        Assert.True(state.Send(Clicks, "clicked", Samples.Day(0), ("asset", first)).Matched);
        Assert.Equal(!same, state.Send(Clicks, "clicked", Samples.Day(0), ("asset", second)).Matched);
    }
}
