namespace LeadGrains.Scoring.Tests.ScoreTests;

public class FitTests
{
    private static readonly ScoringModel Model = Samples.Model("""
        fit:
          contact:
            - {name: senior, label: Decides, trait: title, contains: [chief, vp], points: 60}
            - {name: region, label: Our region, trait: region, in: [emea], points: 50.5}
            - {name: rival, label: Rival, trait: company, in: [Rival Inc], points: -130}
        roles:
          - {name: assistant, trait: title, contains: [assistant], weight: 0.5}
          - {name: decider, trait: title, contains: [chief, vp], weight: 1.5}
        """);

    [Fact]
    public void Explain_WhenRulesSumAboveAHundred_HasAClipPartOfFit()
    {
        var traits = Samples.Traits(("title", "VP Sales"), ("region", "EMEA"));
        Assert.Equal(100, Fit.Of(Model.ContactFit, traits));

        var parts = Fit.Explain(Model.ContactFit, traits);
        Assert.Equal(["senior", "region", "clip"], parts.Select(part => part.Rule));
        Assert.Equal([60, 50.5, -10.5], parts.Select(part => part.Points));
        Assert.All(parts, part => Assert.Equal(Dimension.Fit, part.Dimension));
        Assert.Equal("Decides", parts[0].Label);
    }

    [Fact]
    public void Explain_WhenRulesSumBelowZero_HasAClipPartThatLiftsIt()
    {
        var traits = Samples.Traits(("region", "emea"), ("company", "rival inc"));
        Assert.Equal(0, Fit.Of(Model.ContactFit, traits));
        Assert.Equal([50.5, -130, 79.5], Fit.Explain(Model.ContactFit, traits).Select(part => part.Points));
    }

    [Fact]
    public void Explain_WhenNothingMatches_IsEmpty()
    {
        Assert.Equal(0, Fit.Of(Model.ContactFit, Samples.Traits(("title", "Clerk"))));
        Assert.Empty(Fit.Explain(Model.ContactFit, Samples.Traits()));
    }

    [Theory]
    [InlineData("Chief of staff", 1.5)]
    [InlineData("Assistant to the chief", 0.5)]
    [InlineData("Clerk", 1)]
    public void RoleWeight_WhenSeveralRolesMatch_IsTheFirstOnes(string title, double weight) =>
        Assert.Equal(weight, RoleWeight.Of(Model, RoleWeight.IndexOf(Model, Samples.Traits(("title", title)))));
}
