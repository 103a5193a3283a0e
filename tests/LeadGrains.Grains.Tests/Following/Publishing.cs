using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Simulation;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Following;

/// <summary>Two models for one history, and short ways to publish them.</summary>
internal static class Publishing
{
    /// <summary>Another half-life, other points, a rule less and one more, other fit, other stage names.</summary>
    public static string OtherYaml { get; } = Simulator.Model
        .Replace("name: simulated", "name: other", StringComparison.Ordinal)
        .Replace("sales: {half_life: 10d, cap: 120}", "sales: {half_life: 4d, cap: 60}", StringComparison.Ordinal)
        .Replace("signal: demo, group: sales, points: 35", "signal: demo, group: sales, points: 50", StringComparison.Ordinal)
        .Replace("contains: [chief, vp], points: 70", "contains: [clerk], points: 55", StringComparison.Ordinal)
        .Replace("weight: 1.5", "weight: 2.5", StringComparison.Ordinal)
        .Replace("{name: hot, ", "{name: boiling, ", StringComparison.Ordinal);

    public static ScoringModel First { get; } = ModelReader.Read(Simulator.Model).Model!;

    public static ScoringModel Other { get; } = ModelReader.Read(OtherYaml).Model!;

    public static Task<PublishedModel> PublishAsync(this TestNode node, ScoringModel model, bool isSilent = false) => node.Node.Models.PublishAsync(
        new ModelPublication(model, "tests", "why", isSilent), static _ => { }, TestContext.Current.CancellationToken);

    public static Task ShadowAsync(this TestNode node, ScoringModel model) =>
        node.Node.Models.StartShadowAsync(Workspaces.Default, new ServedModel(0, model), static _ => { }, TestContext.Current.CancellationToken);

    /// <summary>Waits until every stage that the active model asks for is held, as far as anyone is told.</summary>
    public static async Task<long> SettledAsync(this TestNode node)
    {
        for (var (tries, last) = (0, -1L); ; tries++)
        {
            var entries = node.Journal.EntryCount;
            if (entries == last)
                return entries;
            Assert.True(tries < 500, "The journal goes on growing.");
            last = entries;
            await Task.Delay(60, TestContext.Current.CancellationToken);
            await PassAsync(node);
        }
    }

    // However little the processor has for them: so many turns of all loops see to what waits to be proposed.
    private static async Task PassAsync(TestNode node)
    {
        for (var turns = 0; turns < 50; turns++)
            await node.Client.RankAsync(Workspaces.Default, GrainKind.Contact, RankFilter.None, RankBy.Fit, 1, "", TestContext.Current.CancellationToken);
    }
}
