using LeadGrains.Grains.Following;
using LeadGrains.Grains.Ranking;
using LeadGrains.Grains.Tests.Node;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Grains.Tests.Following;

/// <summary>Models of all workspaces share their columns, of which there are so many and no more.</summary>
public sealed class ModelRoomTests
{
    private static readonly ScoringModel Everyones = Model(0, 6);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Limits.DecayColumnsOfWorkspace, true)]
    [InlineData(Limits.DecayColumnsOfWorkspace + 1, false)]
    public void Require_WhenOneWorkspaceBringsManyHalfLives_StopsAtItsShare(int brought, bool fits)
    {
        var set = new ModelSet(Everyones, [KeyValuePair.Create("w", Model(0, 6 + brought))]);

        AssertRequired(set, "w", fits ? null : (brought, Limits.DecayColumnsOfWorkspace));
    }

    [Fact]
    public void Require_WhenOthersHaveTakenTheRoom_SaysWhatIsLeftAndWhatIsNeeded()
    {
        var others = Enumerable.Range(0, 4).Select(i => KeyValuePair.Create($"w{i}", Model(6 + (60 * i), 60))).ToList();
        AssertRequired(new ModelSet(Everyones, others), "w3", null);

        AssertRequired(new ModelSet(Everyones, others.Append(KeyValuePair.Create("x", Model(246, 10)))), "x", null);
        AssertRequired(new ModelSet(Everyones, others.Append(KeyValuePair.Create("x", Model(246, 11)))), "x", (11, 10));
        // Columns that are there cost nobody anything.
        AssertRequired(new ModelSet(Everyones, others.Append(KeyValuePair.Create("x", Model(0, 246)))), "x", null);
    }

    [Fact]
    public void Require_WhenSetsOfBeforeAreBeyondTheBound_TakesWhatAddsNothing()
    {
        var others = Enumerable.Range(0, 3).Select(i => KeyValuePair.Create($"w{i}", Model(200 * i, 200))).ToList();

        AssertRequired(new ModelSet(Everyones, others.Append(KeyValuePair.Create("x", Model(3, 20)))), "x", null);
        AssertRequired(new ModelSet(Everyones, others.Append(KeyValuePair.Create("x", Model(600, 1)))), "x", (1, 0));
    }

    [Fact]
    public void Require_WhenHalfLivesOfEngagementOrFiltersAreTooMany_Refuses()
    {
        var engaged = Enumerable.Range(1, Limits.EngagedHalfLives).Select(i => KeyValuePair.Create($"w{i:00}", Model(0, 1, $"account: {{engaged_half_life: {i}h}}"))).ToList();
        AssertRequired(new ModelSet(Everyones, engaged.Take(15)), "w15", null);
        AssertRequired(new ModelSet(Everyones, engaged), "w16", (1, 0));

        foreach (var kind in new[] { "contact", "account" })
        {
            var filters = Enumerable.Range(0, 3).Select(i => KeyValuePair.Create($"w{i}", Model(0, 1, $"filters: {{{kind}: [{string.Join(", ", Enumerable.Range(50 * i, 50).Select(trait => $"t{trait}"))}]}}"))).ToList();
            AssertRequired(new ModelSet(Everyones, filters.Take(2)), "w1", null);
            AssertRequired(new ModelSet(Everyones, filters), "w2", (50, 28));
        }
    }

    [Fact]
    public void Require_WhenItIsEveryonesModel_IsNotAsked()
    {
        var others = Enumerable.Range(0, 4).Select(i => KeyValuePair.Create($"w{i}", Model(100 + (60 * i), 60)));

        AssertRequired(new ModelSet(Model(0, 90), others), "", null);
    }

    [Fact]
    public async Task Publish_WhenTheModelNeedsTooMuch_ChangesNothingAndNeitherDoPreviewAndShadow()
    {
        await using var node = await TestNode.StartAsync(Publishing.First);
        await node.SendToAsync(TwoWorkspaces.Second, TestSignals.Of("s", "ann", "demo", node.Clock.GetUtcNow()));
        var tooMuch = Model(0, Limits.DecayColumnsOfWorkspace + 30);
        await node.Node.Models.StartShadowAsync(TwoWorkspaces.Second, new ServedModel(0, TwoWorkspaces.SecondModel), static _ => { }, Cancel);

        var refused = await Assert.ThrowsAsync<ModelRoomException>(() => TwoWorkspaces.PublishAsync(node, TwoWorkspaces.Second, tooMuch));
        Assert.Contains("there is room for 64", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ModelRoomException>(() => node.Node.Models.PreviewAsync(TwoWorkspaces.Second, tooMuch, Cancel));
        await Assert.ThrowsAsync<ModelRoomException>(
            () => node.Node.Models.StartShadowAsync(TwoWorkspaces.Second, new ServedModel(0, tooMuch), static _ => { }, Cancel));

        Assert.Equal(1U, node.Client.ModelOf(TwoWorkspaces.Second).Version);
        Assert.Single(await node.Store.ReadModelsAsync(Cancel));
        Assert.Equal(TwoWorkspaces.SecondModel.Yaml, node.Node.Models.ShadowOf(TwoWorkspaces.Second)!.Model.Yaml);
        Assert.True((await node.PublishAsync(tooMuch)).IsChanged);
        Assert.Single((await node.Client.RankAsync(TwoWorkspaces.Second, GrainKind.Contact, RankFilter.None, RankBy.Total, 10, "", Cancel)).Grains);
    }

    private static void AssertRequired(ModelSet set, string workspace, (int Needed, int Left)? refused)
    {
        var thrown = Record.Exception(() => ModelRoom.Require(set, workspace));
        if (refused is not { } room)
            Assert.Null(thrown);
        else
            Assert.Matches($"needs {room.Needed} .* room for {room.Left}\\.", Assert.IsType<ModelRoomException>(thrown).Message);
    }

    private static ScoringModel Model(int firstHours, int groups, string more = "filters: {contact: [t0], account: [t0]}")
    {
        var lines = string.Join(", ", Enumerable.Range(firstHours + 1, groups).Select(hours => $"g{hours}: {{half_life: {hours}h}}"));
        var read = ModelReader.Read($"{{name: m, groups: {{{lines}}}, {more}}}");
        return read.Model ?? throw new InvalidOperationException($"{read.Problems[0]}");
    }
}
