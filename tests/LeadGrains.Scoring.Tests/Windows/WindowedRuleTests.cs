namespace LeadGrains.Scoring.Tests.Windows;

public class WindowedRuleTests
{
    private static readonly ScoringModel Pricing = Samples.Model("""
        groups: {evaluation: {half_life: 10d}}
        rules:
          - {name: view, label: Viewed pricing, signal: page_viewed, when: {url: {contains: /pricing}}, group: evaluation, points: 4}
          - {name: return, label: Came back to pricing, signal: page_viewed, when: {url: {contains: /pricing}}, count: 3, within: 7d, group: evaluation, points: 16}
        """);

    private static readonly ScoringModel Studied = Samples.Model("""
        groups: {evaluation: {half_life: 10d}}
        rules: [{name: studied, label: Read on, sequence: [solution_viewed, case_study_downloaded], within: 30d, group: evaluation, points: 12}]
        """);

    private static readonly ScoringModel Blog = Samples.Model("""
        groups: {content: {half_life: 10d}}
        rules: [{name: blog, label: Read the blog, signal: blog_viewed, diminishing: 0.5, within: 2d, group: content, points: 8}]
        """);

    [Fact]
    public void PricingReturn_WhenAVisitArrivesLate_MovesTheAwardToWhereItBelongs()
    {
        // Visits on days 0, 5 and 10: none three of them lie within 7 days. On day 10 the views are worth
        // 4 · 2^-1 + 4 · 2^-0.5 + 4 = 2 + 2.8284 + 4.
        var state = new IntentState();
        Visit(0);
        Visit(5);
        Visit(10);
        Assert.Equal(8.8284, state.PointsAt(Pricing, Samples.Day(10)), 1e-4);
        Assert.Equal(1, state.Rules.Length);

        // One of day 4 comes late, worth 4 · 2^-0.6 = 2.6390. Now days 0, 4 and 5 make an award on day 5:
        // 16 · 2^-0.5 = 11.3137 on day 10.
        Visit(4);
        Assert.Equal(8.8284 + 2.6390 + 11.3137, state.PointsAt(Pricing, Samples.Day(10)), 1e-4);
        Assert.Equal((1u, Samples.Day(5)), (state.Rules[1].Count, state.Rules[1].Newest));

        // Day 1 comes as late: 4 · 2^-0.9 = 2.1435. The award is of days 0, 1 and 4 instead: 16 · 2^-0.6 = 10.5561.
        Visit(1);
        Assert.Equal(8.8284 + 2.6390 + 2.1435 + 10.5561, state.PointsAt(Pricing, Samples.Day(10)), 1e-4);
        Assert.Equal((1u, Samples.Day(4)), (state.Rules[1].Count, state.Rules[1].Newest));

        // Day 12 makes a second one of days 5, 10 and 12.
        Visit(12);
        Assert.Equal((2u, Samples.Day(12)), (state.Rules[1].Count, state.Rules[1].Newest));
        var part = ContactExplanation.Of(Pricing, Samples.Traits(), state, Samples.Day(12))[1];
        Assert.Equal(("return", "Came back to pricing (each 3 within 7d)", 2u), (part.Rule, part.Label, part.Count));

        void Visit(double day) => state.Send(Pricing, "page_viewed", Samples.Day(day), ("url", "https://x.example/pricing"));
    }

    [Fact]
    public void SolutionThenCaseStudy_WhenInThatOrderWithinAMonth_GivesPointsAtTheCaseStudy()
    {
        var state = new IntentState();
        Assert.Equal(new SignalEffect(Matched: true, Engaged: true), state.Send(Studied, "case_study_downloaded", Samples.Day(0)));
        state.Send(Studied, "solution_viewed", Samples.Day(1));
        Assert.Equal(0, state.PointsAt(Studied, Samples.Day(1)));
        Assert.False(state.IsEmpty);
        Assert.Empty(ContactExplanation.Of(Studied, Samples.Traits(), state, Samples.Day(1)));

        // 30 days later is just within; 12 points, half of them left after 10 days.
        state.Send(Studied, "case_study_downloaded", Samples.Day(31));
        Assert.Equal(12, state.PointsAt(Studied, Samples.Day(31)), 1e-12);
        Assert.Equal(6, state.PointsAt(Studied, Samples.Day(41)), 1e-12);

        // Both are used up, so another case study gives nothing; a solution page of 40 days before gives nothing either.
        state.Send(Studied, "case_study_downloaded", Samples.Day(32));
        state.Send(Studied, "solution_viewed", Samples.Day(33));
        state.Send(Studied, "case_study_downloaded", Samples.Day(73));
        Assert.Equal(1u, state.Rules[0].Count);
        var part = Assert.Single(ContactExplanation.Of(Studied, Samples.Traits(), state, Samples.Day(73)));
        Assert.Equal("Read on (solution_viewed, then case_study_downloaded, within 30d)", part.Label);
    }

    [Fact]
    public void BlogViews_WhenRepeated_AreWorthHalfEachTime()
    {
        // Day 0: 8 and 4. Day 3 is more than 2 days later: 8. Half is left of day 0 on day 10, and 8 · 2^-0.7 = 4.9246.
        var state = new IntentState();
        foreach (var day in new[] { 0, 0, 3 })
            state.Send(Blog, "blog_viewed", Samples.Day(day));
        Assert.Equal(6 + 4.9246, state.PointsAt(Blog, Samples.Day(10)), 1e-4);

        // Day 1 comes late: third within its 2 days, so 8 · 0.25 = 2. Day 3 lies exactly 2 days after it and falls to 4.
        state.Send(Blog, "blog_viewed", Samples.Day(1));
        Assert.Equal(6 + 4.9246 / 2 + 2 * Math.Pow(2, -0.9), state.PointsAt(Blog, Samples.Day(10)), 1e-4);
        Assert.Equal((4u, Samples.Day(3)), (state.Rules[0].Count, state.Rules[0].Newest));
        Assert.Equal(
            "Read the blog (each repeat within 2d worth 0.5 of the one before)",
            ContactExplanation.Of(Blog, Samples.Traits(), state, Samples.Day(3))[0].Label);
    }

    [Fact]
    public void Sequence_WhenSeveralStartsFit_TakesTheLatestAndLeavesTheOthers()
    {
        // The case study of day 4 takes the page of day 3. The late one of day 5 takes day 1, since day 3 is used.
        var state = new IntentState();
        state.Send(Studied, "solution_viewed", Samples.Day(1));
        state.Send(Studied, "solution_viewed", Samples.Day(3));
        state.Send(Studied, "case_study_downloaded", Samples.Day(4));
        Assert.Equal([SignalUse.Free, SignalUse.Used, SignalUse.Awarded], state.Contents.Windows[0].Signals.ToArray().Select(signal => signal.Use));
        state.Send(Studied, "case_study_downloaded", Samples.Day(5));
        Assert.Equal(
            [SignalUse.Used, SignalUse.Used, SignalUse.Awarded, SignalUse.Awarded],
            state.Contents.Windows[0].Signals.ToArray().Select(signal => signal.Use));
    }

    [Fact]
    public void PerDay_WhenReached_KeepsFurtherSignalsOfTheDayOut()
    {
        var model = Samples.Model("""
            groups: {g: {half_life: 10d}}
            rules: [{name: r, signal: s, count: 3, within: 7d, group: g, points: 1, per_day: 2}]
            """);
        var state = new IntentState();
        Assert.True(state.Send(model, "s", Samples.Day(0.1)).Matched);
        Assert.True(state.Send(model, "s", Samples.Day(0.2)).Matched);
        Assert.False(state.Send(model, "s", Samples.Day(0.3)).Matched);
        Assert.Equal(0, state.PointsAt(model, Samples.Day(1)));
        state.Send(model, "s", Samples.Day(1));
        Assert.Equal(1, state.PointsAt(model, Samples.Day(1)));
    }

    [Fact]
    public void Apply_WhenOlderThanAllOfAFullList_ChangesNothing()
    {
        var state = new IntentState();
        for (var hour = 0; hour < WindowState.Most; hour++)
            state.Send(Blog, "blog_viewed", Samples.Day(10 + hour / 24.0));
        var before = (state.Groups[0], state.Rules[0], state.Contents.Windows[0].Signals.ToArray());
        Assert.Equal(default, state.Send(Blog, "blog_viewed", Samples.Day(9)));
        Assert.Equal(before.Item1, state.Groups[0]);
        Assert.Equal(before.Item2, state.Rules[0]);
        Assert.Equal(before.Item3, state.Contents.Windows[0].Signals.ToArray());

        // One more in order drops the oldest, after which even one of its own instant is too old.
        Assert.True(state.Send(Blog, "blog_viewed", Samples.Day(20)).Matched);
        Assert.Equal(Samples.Day(10), state.Contents.Windows[0].Settled);
        Assert.Equal(WindowState.Most, state.Contents.Windows[0].Signals.Length);
        Assert.False(state.Send(Blog, "blog_viewed", Samples.Day(10)).Matched);
    }

    [Fact]
    public void Count_WhenTheListIsFull_LetsAWholeAwardGo()
    {
        var state = new IntentState();
        for (var day = 0; day < 65; day++)
            state.Send(Pricing, "page_viewed", Samples.Day(day), ("url", "/pricing"));
        Assert.Equal(21u, state.Rules[1].Count);
        Assert.Equal(62, state.Contents.Windows[0].Signals.Length);
        Assert.Equal(Samples.Day(2), state.Contents.Windows[0].Settled);

        // There is room, but what came with those that left is as old as they are.
        state.Send(Pricing, "page_viewed", Samples.Day(2), ("url", "/pricing"));
        Assert.Equal(62, state.Contents.Windows[0].Signals.Length);
        Assert.Equal((66u, 21u), (state.Rules[0].Count, state.Rules[1].Count));
        for (var day = 65; day < 300; day++)
            state.Send(Pricing, "page_viewed", Samples.Day(day), ("url", "/pricing"));
        Assert.Equal(100u, state.Rules[1].Count);
        Assert.Equal(Samples.Day(299), state.Rules[1].Newest);
    }

    [Fact]
    public void Withdrawal_WhenTheCapTookPoints_GivesTheseBackFirst()
    {
        // On day 10 the demo fills the cap, so the award of days 0 and 5, worth 16 · 2^-0.5 = 11.3137 there, goes over it.
        // Day 1 comes late and moves the award there: 16 · 2^-0.9 = 8.5741. In order it would be the same: 28.5741 less
        // the cap of 20.
        var model = Samples.Model("""
            groups: {g: {half_life: 10d, cap: 20}}
            rules:
              - {name: demo, signal: demo, group: g, points: 20}
              - {name: return, signal: s, count: 2, within: 7d, group: g, points: 16}
            """);
        var state = new IntentState();
        state.Send(model, "s", Samples.Day(0));
        state.Send(model, "demo", Samples.Day(10));
        state.Send(model, "s", Samples.Day(5));
        Assert.Equal(20, state.Groups[0].Points);
        Assert.Equal(11.3137, state.Groups[0].Clip, 1e-4);
        state.Send(model, "s", Samples.Day(1));
        Assert.Equal(20, state.Groups[0].Points);
        Assert.Equal(8.5741, state.Groups[0].Clip, 1e-4);
        Assert.Equal((1u, Samples.Day(1)), (state.Rules[1].Count, state.Rules[1].Newest));
    }

    [Fact]
    public void Velocity_WhenAnAwardMoves_MovesWithIt()
    {
        var state = new IntentState();
        var model = Samples.Model("""
            groups: {g: {half_life: 10d}}
            rules: [{name: r, signal: s, count: 2, within: 7d, group: g, points: 10}]
            """);
        state.Send(model, "s", Samples.Day(0));
        state.Send(model, "s", Samples.Day(6));
        Assert.Equal(10, state.Velocity.Points[0]);
        state.Send(model, "s", Samples.Day(2));
        Assert.Equal((0, 10), (state.Velocity.Points[0], state.Velocity.Points[4]));
    }

    [Fact]
    public void Apply_InOrderWithFullLists_AllocatesNothing()
    {
        var model = Samples.Model("""
            groups: {g: {half_life: 10d}}
            rules:
              - {name: count, signal: s, count: 3, within: 7d, group: g, points: 1}
              - {name: sequence, sequence: [s, s, s], within: 7d, group: g, points: 1}
              - {name: blog, signal: s, diminishing: 0.5, within: 1d, group: g, points: 1}
            """);
        var state = new IntentState();
        var none = new Attributes();
        for (var i = 0; i < 500; i++)
            state.Apply(model, "s"u8, Samples.Day(i * 0.3), none);
        for (var i = 0; i < 4; i++)
            state.Apply(model, "s"u8, Samples.Day(i * 0.3), none);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 500; i < 2000; i++)
            state.Apply(model, "s"u8, Samples.Day(i * 0.3), none);
        for (var i = 500; i < 600; i++)
            state.Apply(model, "s"u8, Samples.Day(2000 * 0.3 - i * 0.01), none);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Restore_OfTooMany_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new WindowStates().Restore(null, 0, Instant.Min, new KeptSignal[WindowState.Most + 1]));
}
