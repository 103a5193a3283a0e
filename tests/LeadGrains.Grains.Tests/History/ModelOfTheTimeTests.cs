using LeadGrains.Grains.Tests.Following;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.History;

/// <summary>Version 1 is active, then version 2 for a while, then version 1 again.</summary>
public sealed class ModelOfTheTimeTests
{
    private const string One = """
        name: one
        groups: {web: {half_life: 5d}}
        rules: [{name: view, label: View, signal: viewed, group: web, points: 8}]
        """;

    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // Day 0 under version 1: 8. Day 5 under version 2, which gives 30: 15. Day 10 under version 1 again: 8/4 = 2.
    [Theory]
    [InlineData(0, 1, 8, 8)]
    [InlineData(5, 2, 15, 4)]
    [InlineData(10, 1, 2, 2)]
    public async Task Explain_WhenModelsCameAndWent_IsUnderTheOneOfTheTimeIfAsked(int day, uint version, double ofTheTime, double active)
    {
        await using var node = await TestNode.StartAsync(ModelReader.Read(One).Model!, new ManualClock(Start));
        await node.SendAsync(TestSignals.Of("1", "ada", "viewed", Start, account: "acme"));
        await PublishAsync(node, One.Replace("points: 8", "points: 30", StringComparison.Ordinal), day: 5);
        await PublishAsync(node, One, day: 10);
        var at = Instant.FromDateTimeOffset(Start.AddDays(day).AddTicks(2));

        var then = await node.Client.ExplainContactAsync(Workspaces.Default, "ada", at, ExplainedModel.OfTheTime, CancellationToken.None);
        var now = await node.Client.ExplainContactAsync(Workspaces.Default, "ada", at, ExplainedModel.Active, CancellationToken.None);
        var account = await node.Client.ExplainAccountAsync(Workspaces.Default, "acme", at, ExplainedModel.OfTheTime, CancellationToken.None);

        Assert.Equal((version, ofTheTime), (then!.Contact.Score.ModelVersion, Math.Round(then.Contact.Score.IntentPoints, 6)));
        Assert.Equal((1u, active), (now!.Contact.Score.ModelVersion, Math.Round(now.Contact.Score.IntentPoints, 6)));
        Assert.Equal((version, ofTheTime), (account!.Account.Score.ModelVersion, Math.Round(account.Account.Score.IntentPoints, 6)));
    }

    [Fact]
    public async Task Explain_WhenNoModelWasActiveYet_FindsNothing()
    {
        await using var node = await TestNode.StartAsync(ModelReader.Read(One).Model!, new ManualClock(Start));
        await node.SendAsync(TestSignals.Of("1", "ada", "viewed", Start));

        Assert.Null(await node.Client.ExplainContactAsync(
            Workspaces.Default, "ada", Instant.FromDateTimeOffset(Start.AddDays(-1)), ExplainedModel.OfTheTime, CancellationToken.None));
    }

    private static async Task PublishAsync(TestNode node, string yaml, int day)
    {
        node.Clock.SetUtcNow(Start.AddDays(day));
        await node.PublishAsync(ModelReader.Read(yaml).Model!);
        await node.SettledAsync();
        node.Clock.Advance(TimeSpan.FromTicks(1));
    }
}
