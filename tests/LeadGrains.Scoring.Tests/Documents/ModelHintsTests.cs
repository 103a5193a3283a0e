namespace LeadGrains.Scoring.Tests.Documents;

public sealed class ModelHintsTests
{
    [Fact]
    public void Of_TheDefaultModel_HasNothingToSay() => Assert.Empty(ModelHints.Of(DefaultModel.Model));

    [Fact]
    public void Of_AModelWithOddities_TellsOfEach()
    {
        // Fit reaches 40, so the total reaches 0.4 · 40 + 0.6 · 100 · (1 − 2^(−60/60)) = 46.
        var model = Samples.Model("""
            groups: {g: {half_life: 1d, cap: 60}, idle: {half_life: 1d}}
            machines: {burst: {signals: [opened], count: 5, within: 10s}}
            rules: [{name: huge, signal: s, group: g, points: 100}]
            fit: {contact: [{name: f, trait: t, exists: true, points: 40}]}
            stages: {contact: [{name: a}, {name: ok, total: {enter: 46, leave: 40}}, {name: high, total: {enter: 46.1, leave: 40}}, {name: fit, total: {enter: 46.1, leave: 40}, min_fit: 50}]}
            """);

        Assert.Equal(
            [
                "the group \"idle\" has no rule",
                "the rule \"huge\" gives 100 points, and its group \"g\" holds only 60",
                "no contact can reach the stage \"high\": it asks for a total of 46.1, and at most 46 is possible",
                "no contact can reach the stage \"fit\": it asks for a fit of 50, and the fit rules give at most 40",
                "bursts watch \"opened\", and no rule looks at it",
            ],
            ModelHints.Of(model));
    }
}
