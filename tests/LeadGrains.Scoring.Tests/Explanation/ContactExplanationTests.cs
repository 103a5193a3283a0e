using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Scoring.Tests.Intent;

namespace LeadGrains.Scoring.Tests.Explanation;

public class ContactExplanationTests
{
    [Fact]
    public void Of_WhenCapAndFloorWereHit_NamesWhatTheyTook()
    {
        var model = Samples.Model("""
            groups: {web: {half_life: 10d, cap: 50}, bad: {half_life: 10d, floor: -10}}
            rules:
              - {name: view, label: Viewed, signal: view, group: web, points: 40}
              - {name: read, label: Read, signal: view, group: web, points: 20}
              - {name: left, label: Left, signal: left, group: bad, points: -15}
              - {name: missed, label: Missed, signal: missed, group: web, points: 0}
            fit: {contact: [{name: senior, label: Decides, trait: title, contains: vp, points: 60}]}
            """);
        var state = new IntentState();
        state.Send(model, "view", Samples.Day(0));
        state.Send(model, "left", Samples.Day(0));
        state.Send(model, "missed", Samples.Day(0));
        var parts = ContactExplanation.Of(model, Samples.Traits(("title", "VP")), state, Samples.Day(10));

        Assert.Equal(
            [
                new("senior", "Decides", Dimension.Fit, "", 60, 0, null, ""),
                new("view", "Viewed", Dimension.Intent, "web", 20, 1, Samples.Day(0), ""),
                new("read", "Read", Dimension.Intent, "web", 10, 1, Samples.Day(0), ""),
                new("missed", "Missed", Dimension.Intent, "web", 0, 1, Samples.Day(0), "", "the model gives nothing for it"),
                new("clip", "Above the cap of web", Dimension.Intent, "web", -5, 0, null, "", "capped: web holds at most 50 points"),
                new("left", "Left", Dimension.Intent, "bad", -7.5, 1, Samples.Day(0), ""),
                new ScorePart("clip", "Below the floor of bad", Dimension.Intent, "bad", 2.5, 0, null, "", "held up: bad holds at least -10 points"),
            ],
            parts);
        Assert.Equal(25 - 5, state.PointsAt(model, Samples.Day(10)));
    }

    [Fact]
    public void Of_ForAnyHistoryAtAnyInstant_AddsUpToThePoints() =>
        Prop.ForAll(IntentPropertyTests.Histories.Generator.Zip(Gen.Choose(0, 2000)).ToArbitrary(), sample =>
        {
            var (history, hour) = sample;
            var model = IntentPropertyTests.Bounded;
            var at = Samples.Start + TimeSpan.FromHours(hour);
            var state = IntentPropertyTests.Play(model, history);
            var sum = ContactExplanation.Of(model, Samples.Traits(), state, at).Sum(part => part.Points);
            return Math.Abs(sum - state.PointsAt(model, at)) <= 1e-9;
        }).QuickCheckThrowOnFailure();
}
