using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Following;

/// <summary>A workspace that publishes a model is scored by its own, and the others do not notice.</summary>
public sealed class WorkspaceModelTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public async Task Scores_WhenTwoWorkspacesHaveAModelEach_AreThoseOfTwoNodes(int seed)
    {
        await using var two = await TwoWorkspaces.StartAsync(seed);
        await two.StepsAsync(seed % 2 * 15);
        await two.PublishSecondAsync();
        await two.StepsAsync(40);
        await two.CompareAsync();

        two.Both = await two.Both.CrashAndRestartAsync();
        await two.StepsAsync(10);
        await two.CompareAsync();
    }

    [Fact]
    public async Task Publish_WhenOfOneWorkspace_LeavesTheOtherAlone()
    {
        await using var node = await StartAsync();
        foreach (var workspace in new[] { Workspaces.Default, TwoWorkspaces.Second })
            await node.SendToAsync(workspace, Enumerable.Range(0, 60).Select(i => TestSignals.Of($"s{i}", $"c{i % 30}", i % 3 == 0 ? "demo" : "viewed", node.Clock.GetUtcNow(), $"a{i % 7}")));
        await node.SettledAsync();
        var before = await RankedAsync(node, Workspaces.Default, "");
        var changes = await StagesAsync(node, Workspaces.Default);

        var published = await TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, TwoWorkspaces.SecondModel);
        await node.SettledAsync();

        Assert.Equal((2U, true), (published.Model.Version, published.IsChanged));
        Assert.Equal(TwoWorkspaces.SecondModel.Yaml, published.Model.Yaml);
        var after = await RankedAsync(node, Workspaces.Default, "");
        Assert.Equal(before.Grains.Select(grain => (grain.Id, grain.Score.ModelVersion, grain.Score.Stage)), after.Grains.Select(grain => (grain.Id, grain.Score.ModelVersion, grain.Score.Stage)));
        Assert.Equal(changes, await StagesAsync(node, Workspaces.Default));
        Assert.NotEmpty((await RankedAsync(node, Workspaces.Default, before.NextPageToken)).Grains);
        var second = await RankedAsync(node, TwoWorkspaces.Second, "");
        Assert.All(second.Grains, grain => Assert.Equal(2U, grain.Score.ModelVersion));
        Assert.NotEqual(before.Grains[0].Score.IntentPoints, second.Grains[0].Score.IntentPoints);
    }

    [Fact]
    public async Task PageTokens_WhenTheWorkspaceItselfPublishes_AreRefused()
    {
        await using var node = await StartAsync();
        await node.SendToAsync(TwoWorkspaces.Second, Enumerable.Range(0, 30).Select(i => TestSignals.Of($"s{i}", $"c{i}", "demo", node.Clock.GetUtcNow())));
        var page = await RankedAsync(node, TwoWorkspaces.Second, "");
        await TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, TwoWorkspaces.SecondModel);

        var refused = await Assert.ThrowsAsync<PageTokenException>(() => RankedAsync(node, TwoWorkspaces.Second, page.NextPageToken));
        Assert.Contains("version 1, and 2 is active", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_WhenUnderTheModelOfTheTime_IsUnderTheWorkspacesOwn()
    {
        await using var node = await StartAsync();
        foreach (var workspace in new[] { Workspaces.Default, TwoWorkspaces.Second })
            await node.SendToAsync(workspace, TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        var then = node.Client.Now();
        node.Clock.Advance(TimeSpan.FromHours(1));
        await TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, TwoWorkspaces.SecondModel);
        await node.SettledAsync();
        node.Clock.Advance(TimeSpan.FromHours(1));
        await TwoWorkspaces.PublishAsync(node, Workspaces.Default, Publishing.Other);
        await node.SettledAsync();

        Assert.Equal((1U, 35), await ExplainedAsync(node, TwoWorkspaces.Second, then, ExplainedModel.OfTheTime));
        Assert.Equal((2U, 50), await ExplainedAsync(node, TwoWorkspaces.Second, then, ExplainedModel.Active));
        Assert.Equal(1U, (await ExplainedAsync(node, Workspaces.Default, then + TimeSpan.FromMinutes(90), ExplainedModel.OfTheTime)).Version);
        Assert.Equal(2U, (await node.Client.ExplainContactAsync(Workspaces.Default, "ann", null, Cancel))!.Contact.Score.ModelVersion);
    }

    [Fact]
    public async Task Versions_WhenWorkspacesTakeTurns_AreCountedByEach()
    {
        await using var node = await StartAsync();
        await node.SendToAsync(TwoWorkspaces.Second, TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        Assert.Equal(2U, (await TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, TwoWorkspaces.SecondModel)).Model.Version);
        Assert.Equal(2U, (await TwoWorkspaces.PublishAsync(node, Workspaces.Default, Publishing.Other)).Model.Version);
        Assert.Equal(3U, (await TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, Publishing.Other)).Model.Version);
        Assert.Equal(2U, (await TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, TwoWorkspaces.SecondModel)).Model.Version);
        Assert.False((await TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, TwoWorkspaces.SecondModel)).IsChanged);
        Assert.Equal(1U, (await TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, Publishing.First)).Model.Version);

        await using var restarted = await node.RestartAsync();
        Assert.Equal((1U, 2U), (restarted.Client.ModelOf(TwoWorkspaces.Second).Version, restarted.Client.ModelOf(Workspaces.Default).Version));
        var book = new ModelBook(await restarted.Store.ReadModelsAsync(Cancel));
        Assert.Equal(["", "of second", "of second"], book.Of(TwoWorkspaces.Second, restarted.Client.Served.Version).Select(model => model.PublishedBy));
        Assert.Equal(["tests", "of default"], book.Of(Workspaces.Default, restarted.Client.Served.Version).Select(model => model.PublishedBy));
        Assert.Single(book.Of("third", restarted.Client.Served.Version));
    }

    [Fact]
    public async Task Shadows_WhenTwoWorkspacesHaveOne_DoNotKnowOfEachOther()
    {
        await using var node = await StartAsync();
        foreach (var workspace in new[] { Workspaces.Default, TwoWorkspaces.Second })
            await node.SendToAsync(workspace, TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        await node.ShadowAsync(Publishing.Other);
        Assert.Null(node.Node.Models.ShadowOf(TwoWorkspaces.Second));
        await Assert.ThrowsAsync<NoShadowException>(() => RankedShadowAsync(node, TwoWorkspaces.Second));
        Assert.False(await node.Node.Models.StopShadowAsync(TwoWorkspaces.Second));

        await node.Node.Models.StartShadowAsync(TwoWorkspaces.Second, new ServedModel(0, TwoWorkspaces.SecondModel), static _ => { }, Cancel);
        Assert.Equal(("other", TwoWorkspaces.SecondModel.Yaml), (node.Node.Models.ShadowOf(Workspaces.Default)!.Model.Name, node.Node.Models.ShadowOf(TwoWorkspaces.Second)!.Model.Yaml));
        Assert.Equal(50, (await RankedShadowAsync(node, Workspaces.Default)).Grains.Single().Score.IntentPoints, 10.0);

        Assert.True(await node.Node.Models.StopShadowAsync(Workspaces.Default));
        Assert.Null(node.Node.Models.ShadowOf(Workspaces.Default));
        Assert.Single((await RankedShadowAsync(node, TwoWorkspaces.Second)).Grains);
        Assert.True(await node.Node.Models.StopShadowAsync(TwoWorkspaces.Second));
    }

    [Fact]
    public async Task Publish_WhenAnotherWorkspacePublishes_WaitsForItsTurnAndCannotAskTwice()
    {
        await using var node = await StartAsync();
        foreach (var workspace in new[] { Workspaces.Default, TwoWorkspaces.Second })
            await node.SendToAsync(workspace, TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        node.Store.HoldActivations();
        var first = TwoWorkspaces.PublishAsync(node, Workspaces.Default, Publishing.Other);
        var second = TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, TwoWorkspaces.SecondModel);
        using var left = new CancellationTokenSource();
        var third = node.Node.Models.PreviewAsync("third", Publishing.Other, left.Token);

        await Assert.ThrowsAsync<ModelBusyException>(() => node.Node.Models.PreviewAsync(TwoWorkspaces.Second, Publishing.Other, Cancel));
        await left.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.False(second.IsCompleted);
        node.Store.ReleaseActivations();
        await first;
        // However often one asks, it comes behind those that wait.
        await node.Node.Models.PreviewAsync(Workspaces.Default, Publishing.First, Cancel);

        Assert.True(second.IsCompleted);
        Assert.Equal(2U, (await second).Model.Version);
        Assert.Equal((Publishing.OtherYaml, TwoWorkspaces.SecondModel.Yaml), (node.Client.ModelOf(Workspaces.Default).Model.Yaml, node.Client.ModelOf(TwoWorkspaces.Second).Model.Yaml));
    }

    [Fact]
    public async Task Operator_WhenItGivesAModel_ChangesWorkspacesWithoutTheirOwn()
    {
        await using var node = await StartAsync();
        foreach (var workspace in new[] { Workspaces.Default, TwoWorkspaces.Second, "third" })
            await node.SendToAsync(workspace, TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        await TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, TwoWorkspaces.SecondModel);
        await TwoWorkspaces.PublishAsync(node, Workspaces.Default, TwoWorkspaces.SecondModel);
        Assert.Equal("simulated", node.Client.ModelOf("third").Model.Name);

        var given = await node.PublishAsync(Publishing.Other);

        Assert.Equal((3U, 3U), (given.Model.Version, node.Client.ModelOf(Workspaces.Default).Version));
        Assert.Equal(Publishing.OtherYaml, node.Client.ModelOf("third").Model.Yaml);
        Assert.Equal(1U, node.Client.ModelOf("third").Version);
        Assert.Equal(TwoWorkspaces.SecondModel.Yaml, node.Client.ModelOf(TwoWorkspaces.Second).Model.Yaml);
    }

    private static Task<TestNode> StartAsync() => TestNode.StartAsync(Publishing.First, options: new GrainNodeOptions { Loops = 2 });

    private static Task<RankPage> RankedAsync(TestNode node, string workspace, string pageToken) =>
        node.Client.RankAsync(workspace, GrainKind.Contact, RankFilter.None, RankBy.Intent, 10, pageToken, Cancel);

    private static Task<RankPage> RankedShadowAsync(TestNode node, string workspace) =>
        node.Client.RankShadowAsync(workspace, GrainKind.Contact, RankFilter.None, RankBy.Intent, 10, "", Cancel);

    private static async Task<List<StageStep>> StagesAsync(TestNode node, string workspace)
    {
        var steps = new List<StageStep>();
        foreach (var id in Enumerable.Range(0, 30).Select(i => $"c{i}"))
            steps.AddRange(await node.Client.ListContactStagesAsync(workspace, id, Cancel));
        return steps;
    }

    private static async Task<(uint Version, double Points)> ExplainedAsync(TestNode node, string workspace, Instant at, ExplainedModel which)
    {
        var explained = await node.Client.ExplainContactAsync(workspace, "ann", at, which, Cancel);
        var demo = explained!.Parts.Single(part => part.Rule == "demo");
        return (explained.Contact.Score.ModelVersion, demo.Points);
    }
}
