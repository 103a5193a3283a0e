using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Ranking;

public sealed class SurgeTests
{
    private const string Rules = """
        name: surges
        groups: {g: {half_life: 20d}}
        rules: [{name: r, label: R, signal: s, group: g, points: 10}]
        """;

    private static readonly DateTimeOffset Day0 = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // 10 points on each of days 1, 8, 9 and 10, the last by the company itself. On day 10 the days 4 to 10 have 30 points,
    // those before 10. From day 15 on day 8 is no longer among the last seven.
    [Fact]
    public async Task Surging_WhenPointsComeAtOnce_LastsWhileTheyAreAmongTheLastSevenDays()
    {
        await using var node = await TestNode.StartAsync(ModelReader.Read(Rules + "\naccount: {surge: {points: 30, ratio: 3}}").Model);
        var found = new List<(double Day, bool Surging)>();
        foreach (var day in new[] { 1.0, 8, 9, 9.9, 10, 14.9, 15 })
        {
            node.Clock.SetUtcNow(Day0.AddDays(day));
            if (day is 1 or 8 or 9)
                await node.SendAsync(TestSignals.Of($"{day}", $"contact {day}", "s", Day0.AddDays(day), account: "acme"));
            else if (day == 10)
                await node.SendAsync(TestSignals.Of("own", "", "s", Day0.AddDays(day), account: "acme"));
            found.Add((day, await SurgesAsync(node)));
        }

        Assert.Equal([(1, false), (8, false), (9, false), (9.9, false), (10, true), (14.9, true), (15, false)], found);
    }

    // 30 points, and 20 in the week before: once and a half as many, and the model asks for twice.
    [Fact]
    public async Task Surging_WhenTheWeekBeforeWasAsBusy_IsNot()
    {
        await using var node = await TestNode.StartAsync(ModelReader.Read(Rules + "\naccount: {surge: {points: 30, ratio: 2}}").Model);
        foreach (var day in new[] { 1.0, 2, 8, 9, 10 })
        {
            node.Clock.SetUtcNow(Day0.AddDays(day));
            await node.SendAsync(TestSignals.Of($"{day}", "ann", "s", Day0.AddDays(day), account: "acme"));
        }

        Assert.False(await SurgesAsync(node));
        Assert.False((await node.RankAsync(GrainKind.Contact))[0].Surging);
    }

    private static async Task<bool> SurgesAsync(TestNode node)
    {
        var filter = new RankFilter { Surging = true };
        var page = await node.Client.RankAsync(Workspaces.Default, GrainKind.Account, filter, RankBy.Velocity, 10, "", CancellationToken.None);
        var surging = (await node.AccountAsync("acme"))!.Surging;
        Assert.Equal(surging, page.Matching == 1);
        Assert.Equal(surging, Assert.Single(await node.RankAsync(GrainKind.Account)).Surging);
        return surging;
    }
}
