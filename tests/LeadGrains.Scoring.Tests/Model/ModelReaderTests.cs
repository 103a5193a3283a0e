using System.Security.Cryptography;
using System.Text;

namespace LeadGrains.Scoring.Tests.Model;

public class ModelReaderTests
{
    // The document that shows every key of this version, as the design gives it.
    private const string Whole = """
        name: whole
        total: {fit: 0.3, intent: 0.7}
        intent: {half_point: 50}
        grade: {fit: {A: 80, B: 60, C: 20}, intent: {1: 90, 2: 50, 3: 25}}
        groups:
          web:           {half_life: 7d,  cap: 40}
          evaluation:    {half_life: 36h, cap: 120.5}
          disengagement: {half_life: 2w, floor: -40}
        rules:
          - {name: page_view, label: Viewed a page, signal: page_viewed, group: web, points: 1, per_day: 5}
          - {name: pricing_view, signal: page_viewed, when: {url: {contains: /pricing}}, group: evaluation, points: 10, per_day: 2}
          - {name: unsubscribed, label: Unsubscribed, signal: email_unsubscribed, group: disengagement, points: -15}
        fit:
          contact: [{name: senior, label: Decision maker, trait: title, contains: [chief, vp, head, director], points: 60}]
          account:
            - {name: size, label: "200 to 5,000 people", trait: employees, between: [200, 5000], points: 50}
            - {name: industry, trait: industry, in: [software, fintech], points: 50}
        roles: [{name: decision_maker, trait: job, contains: [chief, vp, head], weight: 1.5}]
        account: {half_point: 120, engaged_half_life: 10d, breadth: {step: 0.5, max: 3}}
        filters: {contact: [title, region], account: [industry, territory]}
        stages:
          contact:
            - {name: nurture}
            - {name: mql, total: {enter: 50, leave: 40}, min_fit: 30}
            - {name: sql, total: {enter: 80}, min_fit: 50}
          account:
            - {name: aware}
            - {name: mqa, total: {enter: 65, leave: 55}, min_fit: 40}
        disqualify:
          - {name: competitor, trait: company, in: [Rival Inc], reason: Competitor}
          - {name: student, of: contact, trait: job, contains: student}
          - {name: too_small, of: account, trait: size, between: [0, 9], reason: Too small}
        free_mail: {add: [Mail.Example], remove: [outlook.ie]}
        """;

    [Fact]
    public void Read_WhenEveryKeyIsThere_TakesThemAll()
    {
        var model = Samples.Model(Whole);

        Assert.Equal(("whole", 0.3, 0.7), (model.Name, model.FitWeight, model.IntentWeight));
        Assert.Equal((50, 120), (model.HalfPoint(account: false), model.HalfPoint(account: true)));
        Assert.Equal(new double[][] { [80, 60, 20], [90, 50, 25] }, [[.. model.Grade.Fit], [.. model.Grade.Intent]]);
        Assert.Equal(["web", "evaluation", "disengagement"], model.Groups.Select(group => group.Name));
        Assert.Equal([7 * 24, 36, 14 * 24], model.Groups.Select(group => group.HalfLife.ToTimeSpan().TotalHours));
        Assert.Equal([40, 120.5, null], model.Groups.Select(group => group.Cap));
        Assert.Equal([null, null, -40.0], model.Groups.Select(group => group.Floor));
        Assert.Equal([false, false, true], model.Columns.Select(column => column.CanBeNegative));

        Assert.Equal([0, 1, 2], model.Rules.Select(rule => rule.Index));
        Assert.Equal(["Viewed a page", "pricing_view", "Unsubscribed"], model.Rules.Select(rule => rule.Label));
        Assert.Equal([0, 1, 2], model.Rules.Select(rule => rule.Group));
        Assert.Equal([1, 10, -15.0], model.Rules.Select(rule => rule.Points));
        Assert.Equal([5, 2, null], model.Rules.Select(rule => (int?)rule.PerDay));
        Assert.Equal(["email_unsubscribed", "page_viewed"], model.SignalTypes.Order());

        Assert.Equal((60, "title"), (model.ContactFit[0].Points, model.ContactFit[0].Trait));
        Assert.Equal(["200 to 5,000 people", "industry"], model.AccountFit.Select(rule => rule.Label));
        Assert.Equal(("decision_maker", "job", 1.5), (model.Roles[0].Name, model.Roles[0].Trait, model.Roles[0].Weight));
        Assert.Equal(
            [("competitor", "company", "Competitor"), ("student", "job", "student")],
            model.ContactDisqualifiers.Select(found => (found.Name, found.Trait, found.Reason)));
        Assert.Equal(
            [("too_small", "size", "Too small")], model.AccountDisqualifiers.Select(found => (found.Name, found.Trait, found.Reason)));
        Assert.Equal((0.5, 3.0, 10.0), (model.BreadthStep, model.BreadthMax, model.EngagedHalfLife.ToTimeSpan().TotalDays));
        Assert.Equal(["title", "job", "company", "region"], model.ContactFilters);
        Assert.Equal(["employees", "industry", "size", "territory"], model.AccountFilters);
        Assert.Equal([new("nurture", 0, 0, 0), new("mql", 50, 40, 30), new Stage("sql", 80, 80, 50)], model.ContactStages.Stages);
        Assert.Equal(["aware", "mqa"], model.AccountStages.Stages.Select(stage => stage.Name));
        Assert.Equal(["mail.example"], model.FreeMail.Added);
        Assert.Equal(["outlook.ie"], model.FreeMail.Removed);
        Assert.Equal(Whole, model.Yaml);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(Whole)), model.ContentHash.ToArray());
    }

    [Fact]
    public void Read_WhenAKeyIsLeftOut_TakesItsDefault()
    {
        var model = Samples.Model("name: bare");

        Assert.Equal((0.4, 0.6), (model.FitWeight, model.IntentWeight));
        Assert.Equal((60, 60), (model.HalfPoint(account: false), model.HalfPoint(account: true)));
        Assert.Equal(new double[][] { [75, 50, 25], [75, 50, 25] }, [[.. model.Grade.Fit], [.. model.Grade.Intent]]);
        Assert.Equal((0.25, 2.0, 30.0), (model.BreadthStep, model.BreadthMax, model.EngagedHalfLife.ToTimeSpan().TotalDays));
        Assert.Equal(["title", "seniority", "department", "region", "company"], model.ContactFilters);
        Assert.Equal(["industry", "employees", "region", "territory", "segment"], model.AccountFilters);
        Assert.Empty(model.Groups);
        Assert.Empty(model.Rules);
        Assert.Empty(model.ContactFit);
        Assert.Empty(model.Roles);
        Assert.Empty(model.ContactDisqualifiers);
        Assert.Empty(model.AccountDisqualifiers);
        Assert.True(model.ContactStages.IsTrivial && model.AccountStages.IsTrivial);
        Assert.Equal(70, Samples.Model("intent: {half_point: 70}").HalfPoint(account: true));
        Assert.Equal("unnamed", Samples.Model("groups:\nrules:\nfit: ~\ndisqualify:\nstages: {contact: }").Name);
        Assert.Equal([90, 50, 25], Samples.Model("grade: {fit: {A: 90}}").Grade.Fit);
        Assert.Empty(Samples.Model("filters: {contact: []}").ContactFilters);
        Assert.Null(model.Surge);
        Assert.Equal(TimeSpan.MaxValue, model.DormantAfter);
    }

    [Fact]
    public void Read_WhenActivityIsBounded_TakesTheBounds()
    {
        var model = Samples.Model("""
            dormant_after: 6w
            account: {surge: {points: 30, ratio: 2}}
            stages: {contact: [{name: a}, {name: b, total: {enter: 50}, cool_down: 36h}]}
            """);

        Assert.Equal(TimeSpan.FromDays(42), model.DormantAfter);
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromHours(36)], model.ContactStages.Stages.Select(stage => stage.CoolDown));
        Assert.True(model.Surge!.IsReached(30, 15));
        Assert.False(model.Surge.IsReached(29.9, 0));
        Assert.False(model.Surge.IsReached(30, 15.1));
        Assert.True(model.Surge.IsReached(30, -5));
    }

    [Fact]
    public void RulesFor_WhenTypeIsKnown_GivesItsRulesInOrder()
    {
        var model = Samples.Model(Whole);
        Assert.Equal(["page_view", "pricing_view"], model.RulesFor("page_viewed"u8).ToArray().Select(rule => rule.Name));
        Assert.Equal(["unsubscribed"], model.RulesFor("email_unsubscribed"u8).ToArray().Select(rule => rule.Name));
        Assert.True(model.RulesFor("page_viewe"u8).IsEmpty);
        Assert.True(model.RulesFor("Page_viewed"u8).IsEmpty);
        Assert.True(model.RulesFor(""u8).IsEmpty);
        Assert.True(Samples.Model("name: bare").RulesFor("page_viewed"u8).IsEmpty);
    }

    [Fact]
    public void RulesFor_WhenThereAreManyTypes_TellsThemApart()
    {
        var types = Enumerable.Range(0, 500).Select(i => i % 2 == 0 ? $"t{i}" : $"a_longer_type_{i}_of_signal").ToList();
        var rules = types.Select(type => $"  - {{name: {type}, signal: {type}, group: g, points: 1}}");
        var model = Samples.Model($"groups: {{g: {{half_life: 1d}}}}\nrules:\n{string.Join('\n', rules)}");
        foreach (var type in types)
            Assert.Equal(type, Assert.Single(model.RulesFor(Encoding.UTF8.GetBytes(type)).ToArray()).Name);
        Assert.True(model.RulesFor("t1"u8).IsEmpty);
    }

    [Fact]
    public void Read_WhenThereAreThresholds_HasThemWithALowerLevelToLeave()
    {
        var model = Samples.Model("""
            thresholds:
              contact: [{name: fits, fit: {enter: 60}}, {name: low, intent: {enter: 3}}]
              account: [{name: hot account, total: {enter: 80, leave: 70}}]
            """);
        Assert.Equal([new Threshold("fits", ScoreKind.Fit, 60, 55), new Threshold("low", ScoreKind.Intent, 3, 0)], model.Thresholds(account: false).All);
        Assert.Equal([new Threshold("hot account", ScoreKind.Total, 80, 70)], model.Thresholds(account: true).All);
        Assert.True(DefaultModel.Model.ContactThresholds.IsEmpty && DefaultModel.Model.AccountThresholds.IsEmpty);
    }
}
