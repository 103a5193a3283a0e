namespace LeadGrains.Scoring.Tests.Intent;

public class ScaledRuleTests
{
    private static readonly ScoringModel Webinars = Samples.Model("""
        groups: {event: {half_life: 30d}}
        rules:
          - {name: registered, label: Registered, signal: webinar_registered, group: event, points: 4}
          - {name: attended, label: Attended, signal: webinar_attended, scale: {attribute: minutes, from: 0, to: 60}, group: event, points: 18}
          - {name: no_show, label: Did not come, signal: webinar_no_show, group: event, points: 0}
          - {name: quick, label: Answered soon, signal: answered, scale: {attribute: hours, from: 48, to: 0}, group: event, points: 12, per_day: 1}
        """);

    [Fact]
    public void Webinar_WhenHalfOfItWasAttended_GivesHalfThePoints()
    {
        // Registered 4, 30 of 60 minutes 18 · 0.5 = 9: 13 on that day, 6.5 after 30 days.
        var state = new IntentState();
        state.Send(Webinars, "webinar_registered", Samples.Day(0));
        Assert.Equal(new SignalEffect(true, true), state.Send(Webinars, "webinar_attended", Samples.Day(0), ("minutes", "30")));
        Assert.Equal(13, state.PointsAt(Webinars, Samples.Day(0)), 1e-12);
        Assert.Equal(6.5, state.PointsAt(Webinars, Samples.Day(30)), 1e-12);
        Assert.Equal([4, 9], ContactExplanation.Of(Webinars, Samples.Traits(), state, Samples.Day(0)).Select(part => part.Points));
    }

    [Fact]
    public void Webinar_WhenNobodyCame_KeepsTheRegistrationAndSaysSo()
    {
        // Registered 4, of which a day later 4 · 2^(-1/30) = 3.9086 are left; nothing for the no-show, which stands in the
        // explanation all the same.
        var state = new IntentState();
        state.Send(Webinars, "webinar_registered", Samples.Day(0));
        Assert.Equal(new SignalEffect(Matched: true, Engaged: false), state.Send(Webinars, "webinar_no_show", Samples.Day(1)));
        Assert.Equal(3.9086, state.PointsAt(Webinars, Samples.Day(1)), 1e-4);
        var part = ContactExplanation.Of(Webinars, Samples.Traits(), state, Samples.Day(1))[1];
        Assert.Equal(("no_show", 0, 1u), (part.Rule, part.Points, part.Count));
    }

    [Theory]
    [InlineData("webinar_attended", "minutes", "0", 0)]
    [InlineData("webinar_attended", "minutes", "-5", 0)]
    [InlineData("webinar_attended", "minutes", "15.0", 4.5)]
    [InlineData("webinar_attended", "minutes", "6e1", 18)]
    [InlineData("webinar_attended", "minutes", "240", 18)]
    [InlineData("answered", "hours", "48", 0)]
    [InlineData("answered", "hours", "36", 3)]
    [InlineData("answered", "hours", "0", 12)]
    [InlineData("answered", "hours", "-1", 12)]
    public void Apply_WhenTheAttributeIsANumber_GivesItsShare(string type, string attribute, string value, double points)
    {
        var state = new IntentState();
        Assert.Equal(new SignalEffect(Matched: true, Engaged: points > 0), state.Send(Webinars, type, Samples.Day(0), (attribute, value)));
        Assert.Equal(points, state.PointsAt(Webinars, Samples.Day(0)), 1e-12);
    }

    [Theory]
    [InlineData("minutes", "half an hour")]
    [InlineData("minutes", "")]
    [InlineData("minutes", "NaN")]
    [InlineData("minutes", "Infinity")]
    [InlineData("length", "30")]
    public void Apply_WhenTheAttributeIsNoNumber_DoesNotMatch(string attribute, string value)
    {
        var state = new IntentState();
        Assert.Equal(default, state.Send(Webinars, "webinar_attended", Samples.Day(0), (attribute, value)));
        Assert.True(state.IsEmpty);
    }

    [Fact]
    public void PerDay_WhenASignalHasNoNumber_DoesNotCountIt()
    {
        var state = new IntentState();
        Assert.False(state.Send(Webinars, "answered", Samples.Day(0)).Matched);
        Assert.True(state.Send(Webinars, "answered", Samples.Day(0), ("hours", "24")).Matched);
        Assert.False(state.Send(Webinars, "answered", Samples.Day(0), ("hours", "0")).Matched);
        Assert.Equal(6, state.PointsAt(Webinars, Samples.Day(0)));
    }
}
