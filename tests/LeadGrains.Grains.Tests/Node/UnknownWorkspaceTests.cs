using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Following;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Node;

/// <summary>A workspace that nobody has recorded anything for is empty, and stays one that the node does not know.</summary>
public sealed class UnknownWorkspaceTests
{
    private const string Ghost = "ghost";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("lists")]
    [InlineData("pasts")]
    [InlineData("others")]
    public async Task Read_WhenTheWorkspaceIsUnknown_LeavesOneModelForEveryone(string reads)
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        await node.SendAsync(TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow(), account: "acme"));
        var then = node.Client.Now();
        node.Clock.Advance(TimeSpan.FromHours(1));
        await node.SendAsync(TestSignals.Of("t", "ann", "demo", node.Clock.GetUtcNow(), account: "acme"));

        await (reads switch
        {
            "lists" => ListAsync(node),
            "pasts" => ExplainAsync(node, then),
            _ => AskAsync(node),
        });
        await node.SettledAsync();
        await TwoWorkspaces.PublishAsync(node, Workspaces.Default, Publishing.Other);

        Assert.Empty(node.Client.Served.Set.Own);
        Assert.Equal(Publishing.OtherYaml, node.Client.ModelOf(Ghost).Model.Yaml);
    }

    private static async Task ListAsync(TestNode node)
    {
        Assert.True(await node.Client.ListContactsAsync(Ghost, "", Cancel) is null or { Grains.Count: 0 });
        Assert.True(await node.Client.ListAccountsAsync(Ghost, "", Cancel) is null or { Grains.Count: 0 });
        Assert.NotNull((await node.Client.ListContactsAsync(Workspaces.Default, "", Cancel))!.Grains.Single());
    }

    private static async Task ExplainAsync(TestNode node, Scoring.Instant then)
    {
        foreach (var which in new[] { ExplainedModel.Active, ExplainedModel.OfTheTime })
        {
            Assert.Null(await node.Client.ExplainAccountAsync(Ghost, "acme", then, which, Cancel));
            Assert.Null(await node.Client.ExplainContactAsync(Ghost, "ann", then, which, Cancel));
        }

        Assert.NotNull(await node.Client.ExplainAccountAsync(Workspaces.Default, "acme", then, Cancel));
        Assert.NotNull(await node.Client.ExplainContactAsync(Workspaces.Default, "ann", then, Cancel));
    }

    private static async Task AskAsync(TestNode node)
    {
        Assert.Null(await node.Client.GetContactAsync(Ghost, "ann", Cancel));
        Assert.Null(await node.Client.GetAccountAsync(Ghost, "acme", Cancel));
        Assert.Null(await node.Client.ListSignalsAsync(Ghost, "ann", 10, "", Cancel));
        Assert.Null(await node.Client.ListAccountContactsAsync(Ghost, "acme", 10, "", Cancel));
        Assert.Empty(await node.Client.ListContactStagesAsync(Ghost, "ann", Cancel));
        Assert.Empty((await node.Client.RankAsync(Ghost, GrainKind.Contact, RankFilter.None, RankBy.Total, 10, "", Cancel)).Grains);
        await Assert.ThrowsAsync<UnknownContactException>(() => node.Client.MergeContactsAsync(Ghost, "ann", "bob", Cancel));
    }
}
