using LeadGrains.Gateway.Models;
using LeadGrains.Scoring;

namespace LeadGrains.Gateway.Tests.Models;

public sealed class RemovedSignalsTests
{
    private static readonly Instant Now = Instant.Epoch + TimeSpan.FromDays(20_000);

    [Fact]
    public void Of_WhenSignalsWereRemoved_SaysWhatTheyCountUnderThatModel()
    {
        var removed = RemovedSignals.Of(Now + TimeSpan.FromDays(-30), Model("slow", "30d"), Now);

        Assert.Equal((Now + TimeSpan.FromDays(-30)).ToDateTimeOffset(), removed.Since!.ToDateTimeOffset());
        Assert.StartsWith("under model slow a signal of that age still counts up to 4 points", removed.Loss, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_WhenTheyCountNothingUnderThatModel_NamesNoLoss()
    {
        Assert.Equal("", RemovedSignals.Of(Now + TimeSpan.FromDays(-30), Model("quick", "1h"), Now).Loss);
        Assert.Equal("", RemovedSignals.Of(Now + TimeSpan.FromDays(-30), model: null, Now).Loss);
        Assert.Equal(new RemovedSignals(null, ""), RemovedSignals.Of(kept: null, Model("slow", "30d"), Now));
    }

    private static ScoringModel Model(string name, string halfLife) => ModelReader.Read(
        $"{{name: {name}, groups: {{g: {{half_life: {halfLife}}}}}, rules: [{{name: r, label: R, signal: s, group: g, points: 8}}]}}").Model!;
}
