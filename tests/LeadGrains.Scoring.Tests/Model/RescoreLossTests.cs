namespace LeadGrains.Scoring.Tests.Model;

public sealed class RescoreLossTests
{
    [Fact]
    public void Describe_WhenTheGroupHasNoCap_SaysSo()
    {
        var model = ModelReader.Read("{name: m, groups: {g: {half_life: 36h}}, rules: [{name: r, label: R, signal: s, group: g, points: 8}]}").Model!;

        Assert.Equal(
            "under model m a signal of that age still counts up to 2 points (rule r, group g with a half-life of 1.5d; the group has no cap)",
            RescoreLoss.Of(model, TimeSpan.FromDays(3))!.Describe(model));
    }

    private const string Document =
        """
        name: fading
        groups:
          slow: {half_life: 100d, cap: 64}
          quick: {half_life: 1d}
        rules:
          - {name: small, label: Small, signal: a, group: slow, points: 16}
          - {name: large, label: Large, signal: b, group: quick, points: 1000}
          - {name: none, label: None, signal: c, group: slow, points: 0}
        """;

    private static readonly ScoringModel Model = ModelReader.Read(Document).Model!;

    [Fact]
    public void Of_WhenSignalsStillCount_NamesTheRuleThatCountsMostAndWhenNoneWill()
    {
        var loss = RescoreLoss.Of(Model, TimeSpan.FromDays(200))!;

        Assert.Equal(("small", "slow"), (loss.Rule.Name, loss.Group.Name));
        Assert.Equal(4, loss.Points, 1e-9);
        Assert.Equal(16, loss.AllPoints!.Value, 1e-9);
        Assert.Equal(100 * Math.Log2(16_000), loss.NegligibleAfter.TotalDays, 1e-6);
        Assert.NotNull(RescoreLoss.Of(Model, loss.NegligibleAfter - TimeSpan.FromDays(1)));
        Assert.Null(RescoreLoss.Of(Model, loss.NegligibleAfter + TimeSpan.FromDays(1)));
    }

    [Fact]
    public void Of_WhenAGroupHasNoCap_NamesNoMost()
    {
        var loss = RescoreLoss.Of(Model, TimeSpan.FromDays(1))!;

        Assert.Equal(("large", 500d, (double?)null), (loss.Rule.Name, loss.Points, loss.AllPoints));
    }
}
