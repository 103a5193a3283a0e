using LeadGrains.Grains;
using LeadGrains.Host.Serving;
using LeadGrains.Scoring;

namespace LeadGrains.Host.Tests.Serving;

public sealed class RetentionTrailTests
{
    [Fact]
    public void LossesOf_WhenOnlyAWorkspacesOwnModelMissesSomething_TellsOfThatOne()
    {
        var set = new ModelSet(Model("quick", "1h"), [KeyValuePair.Create("second", Model("slow", "30d"))]);

        var loss = Assert.Single(RetentionTrail.LossesOf(new RetentionOptions { Signals = TimeSpan.FromDays(30) }, set));

        Assert.StartsWith("--retain-signals 30d: under model slow a signal of that age still counts up to 4 points", loss, StringComparison.Ordinal);
        Assert.Contains("and a rescore misses them: publishing, preview", loss, StringComparison.Ordinal);
        Assert.Empty(RetentionTrail.LossesOf(new RetentionOptions(), set));
    }

    private static ScoringModel Model(string name, string halfLife) => ModelReader.Read(
        $"{{name: {name}, groups: {{g: {{half_life: {halfLife}}}}}, rules: [{{name: r, label: R, signal: s, group: g, points: 8}}]}}").Model!;
}
