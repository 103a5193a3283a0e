namespace LeadGrains.Scoring.Tests.Model;

public class DefaultModelTests
{
    private static readonly ScoringModel Model = DefaultModel.Model;

    [Fact]
    public void Yaml_WhenShipped_IsTheModelsOwnDocument()
    {
        Assert.Equal("default", Model.Name);
        Assert.Equal(DefaultModel.Yaml, Model.Yaml);
    }

    [Fact]
    public void Labels_ForEveryRule_AreForPeople()
    {
        Assert.All(Model.Rules, rule => Assert.NotEqual(rule.Name, rule.Label));
        Assert.All(Model.ContactFit.Concat(Model.AccountFit), rule => Assert.NotEqual(rule.Name, rule.Label));
    }

    [Fact]
    public void Groups_OfNegativeRules_HaveAFloorAndNoOtherRules()
    {
        foreach (var group in Model.Groups)
        {
            var rules = Model.Rules.Where(rule => rule.Group == group.Index).ToList();
            Assert.NotEmpty(rules);
            Assert.Equal(group.Floor is not null, rules.Any(rule => rule.Points < 0));
            Assert.Equal(group.Cap is not null, rules.Any(rule => rule.Points > 0));
        }
    }

    [Theory]
    [InlineData("email_machine_opened")]
    [InlineData("email_machine_clicked")]
    [InlineData("webinar_no_show")]
    [InlineData("meeting_missed")]
    public void Signals_ThatShowNoInterest_AreCountedAndWorthNothing(string type)
    {
        var state = new IntentState();
        Assert.Equal(new SignalEffect(Matched: true, Engaged: false), state.Send(Model, type, Samples.Start));
        Assert.Equal(0, state.PointsAt(Model, Samples.Start));
    }

    [Fact]
    public void Webinars_WhenScored_AreWorthWhatPeopleGave()
    {
        string[] outcomes = ["webinar_attended", "webinar_partly_attended", "webinar_watched_on_demand", "webinar_no_show"];
        var points = outcomes.Select(Points).ToList();
        Assert.Equal(points.OrderDescending(), points);
        Assert.Equal(4, points.Distinct().Count());
        Assert.True(Points("email_opened") is > 0 and <= 0.1);
        Assert.True(Points("demo_requested") > Points("webinar_attended") && Points("webinar_attended") > Points("content_downloaded"));
        Assert.True(Points("content_downloaded") > Points("page_viewed"));
    }

    [Theory]
    [InlineData("30", 7.5)] // half of an hour: 15 · 0.5
    [InlineData("0", 0.0)]
    [InlineData("60", 15.0)]
    [InlineData("720", 15.0)]
    [InlineData("-1", null)]
    public void Webinars_WhenMinutesAreSent_CountByTheMinute(string minutes, double? points)
    {
        var state = new IntentState();
        Assert.Equal(points is not null, state.Send(Model, "webinar_attended", Samples.Start, ("minutes", minutes)).Matched);
        Assert.Equal(points ?? 0, state.PointsAt(Model, Samples.Start), 1e-12);
    }

    [Fact]
    public void Clicks_OnTheSameAsset_CountOnceAMonth()
    {
        // Half-life of mail 7 days: the click of day 0 is worth 3 · 2^(-31/7) = 0.1393 on day 31, when it counts again.
        var state = new IntentState();
        Assert.True(Click(0, "guide"));
        Assert.False(Click(20, "Guide"));
        Assert.True(Click(31, "guide"));
        Assert.Equal(3.1393, state.PointsAt(Model, Samples.Day(31)), 1e-4);
        Assert.True(Click(31, "report"));

        bool Click(double day, string asset) => state.Send(Model, "email_clicked", Samples.Day(day), ("asset", asset)).Matched;
    }

    [Fact]
    public void Pricing_WhenSeenThreeTimesInAWeek_CountsTheReturn()
    {
        // Half-life of evaluation 14 days. Days 0, 3, 6: 10 · 2^(-6/14) + 10 · 2^(-3/14) + 10 = 7.4300 + 8.6197 + 10, and 15
        // for the return. Of web, half-life 7 days, 2^(-6/7) + 2^(-3/7) + 1 = 0.5520 + 0.7430 + 1.
        var state = new IntentState();
        foreach (var day in new[] { 0, 6, 3 })
            state.Send(Model, "page_viewed", Samples.Day(day), ("url", "/pricing"));
        Assert.Equal(26.0497 + 15 + 2.2950, state.PointsAt(Model, Samples.Day(6)), 2e-4);
    }

    [Fact]
    public void CaseStudy_WithinAMonthOfAProduct_CountsOnTop()
    {
        // Web: 3 · 2^(-14/7) + 4 = 4.75; evaluation: 12.
        var state = new IntentState();
        state.Send(Model, "product_page_viewed", Samples.Day(0));
        state.Send(Model, "case_study_viewed", Samples.Day(14));
        Assert.Equal(16.75, state.PointsAt(Model, Samples.Day(14)), 1e-12);
    }

    [Fact]
    public void IntentScore_WhenANewNumberComes_ReplacesTheOldOne()
    {
        // 60 of 100 is 18 of 30 points; 90 is 27, and replaces them.
        var state = new IntentState();
        state.Send(Model, "intent_score", Samples.Day(0), ("score", "60"));
        Assert.Equal(18, state.PointsAt(Model, Samples.Day(0)), 1e-12);
        state.Send(Model, "intent_score", Samples.Day(7), ("score", "90"));
        Assert.Equal(27, state.PointsAt(Model, Samples.Day(7)), 1e-12);
    }

    [Fact]
    public void Clicks_OfAScannerThatTriesEveryLink_AreWorthNothing()
    {
        // Five links in four seconds; then a person clicks one of them in the afternoon, for 3 points.
        var state = new IntentState();
        for (var i = 0; i < 5; i++)
            state.Send(Model, "email_clicked", Samples.Start + TimeSpan.FromSeconds(i), ("asset", $"link{i}"));
        Assert.Equal(0, state.PointsAt(Model, Samples.Start));
        state.Send(Model, "email_clicked", Samples.Day(0.5), ("asset", "link1"));
        Assert.Equal(3, state.PointsAt(Model, Samples.Day(0.5)), 1e-12);
    }

    [Fact]
    public void Stages_WhenOnlyFitIsHigh_AreNeverReachedOrKept()
    {
        foreach (var ladder in new[] { Model.ContactStages, Model.AccountStages })
        {
            var total = Scores.Total(Model, 100, 0);
            Assert.Equal(0, ladder.Evaluate(held: 0, total, 100));
            Assert.Equal(0, ladder.Evaluate(held: ladder.Stages.Length - 1, total, 100));
        }
    }

    [Fact]
    public void Demo_WhenTheContactFits_IsMarketingQualified()
    {
        var fit = Fit.Of(Model.ContactFit, Samples.Traits(("title", "VP Marketing"), ("department", "Marketing")));
        Assert.Equal(70, fit);
        var intent = Scores.Intent(Points("demo_requested"), Model.HalfPoint(account: false));
        var stage = Model.ContactStages.Evaluate(0, Scores.Total(Model, fit, intent), fit);
        Assert.Equal("mql", Model.ContactStages.NameOf(stage));
    }

    [Fact]
    public void Pages_WhenScored_AreToldApartByTheirAddress()
    {
        Assert.Equal(["page_view"], Counted("https://x.example/blog/a"));
        Assert.Equal(["page_view", "pricing_page"], Counted("https://x.example/Pricing"));
        Assert.Equal(["page_view", "product_page"], Counted("https://x.example/platform/security"));
        Assert.Equal(["page_view", "careers_page"], Counted("https://x.example/careers"));
        Assert.Equal(["page_view", "comparison_page"], Counted("https://x.example/us-vs-them"));
    }

    private static double Points(string type)
    {
        var state = new IntentState();
        state.Send(Model, type, Samples.Start);
        return state.PointsAt(Model, Samples.Start);
    }

    private static IEnumerable<string> Counted(string url)
    {
        var state = new IntentState();
        state.Send(Model, "page_viewed", Samples.Start, ("url", url));
        return state.Rules.ToArray().Select(rule => Model.Rules[rule.Rule].Name);
    }
}
