using LeadGrains.Grains.Storage;
using LeadGrains.Scoring;
using LeadGrains.Storage.Tests.Support;

namespace LeadGrains.Storage.Tests.Contract;

/// <summary>Models, and the generations that are scored under them.</summary>
public abstract partial class GrainStoreContract
{
    private static readonly StoredModel FirstModel = new(1, new byte[] { 9 }, "name: 'first'", "me", new Instant(5), "why");
    private static readonly StoredModel SecondModel = new(2, new byte[] { 1, 2 }, "name: second\n", "", new Instant(7), "");

    [Fact]
    public async Task Activate_WhenTheStoreIsNew_NamesTheModelFromTheStart()
    {
        Assert.Null(await Store.ReadActiveModelAsync(Token));
        await Store.ActivateAsync(Activation(FirstModel), Token);
        await ReopenAsync();
        Assert.Equal([Describe(FirstModel)], (await Store.ReadModelsAsync(Token)).Select(Describe));
        await AssertActiveAsync(1, new long[PartitionCount]);
    }

    [Fact]
    public async Task Activate_WhenVersionIsTaken_ChangesNothing()
    {
        await Store.ActivateAsync(Activation(SecondModel), Token);
        await Store.ActivateAsync(Activation(FirstModel), Token);
        var next = await Store.BeginGenerationAsync(Token);
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => Store.ActivateAsync(Activation(SecondModel with { Yaml = "other" }) with { Generation = next }, Token));
        Assert.NotSame(next, Store.Active);
        await ReopenAsync();
        Assert.Equal([Describe(FirstModel), Describe(SecondModel)], (await Store.ReadModelsAsync(Token)).Select(Describe));
        await AssertActiveAsync(1, new long[PartitionCount]);
    }

    [Fact]
    public async Task Activate_WhenAnotherGenerationIsFilled_TakesItWhole()
    {
        await Store.ActivateAsync(Activation(FirstModel), Token);
        var (before, after) = (Row("a", version: 9), Row("a", version: 4, seen: [Rows.Chunk(0, 3)]));
        await Grains.WriteAsync(before, Row("gone"));
        await Grains.SaveCheckpointAsync(3, 1, 70, Token);
        var next = await Store.BeginGenerationAsync(Token);
        await next.WriteAsync(after, Row("new"));
        await next.SaveCheckpointAsync(3, 1, 60, Token);
        AssertSame(before, await Grains.ReadAsync(before.Key));
        Assert.Null(await Grains.ReadAsync(Row("new").Key));

        long[] sequences = [1, 2, 3, 4, 5, 6, 7, 8];
        await Store.ActivateAsync(
            new ModelActivation { Active = new ActiveModel(2, sequences), Added = SecondModel, Generation = next }, Token);
        Assert.Same(next, Store.Active);
        await next.WriteAsync(Row("later"));
        await ReopenAsync();

        await AssertActiveAsync(2, sequences);
        AssertSame(after, await Grains.ReadAsync(after.Key));
        Assert.Null(await Grains.ReadAsync(Row("gone").Key));
        Assert.Equal(
            new[] { after, Row("new"), Row("later") }.Select(DescribeResident).Order(StringComparer.Ordinal),
            Residents(0, PartitionCount - 1).Order(StringComparer.Ordinal));
        Assert.Equal(60, (await Grains.ReadCheckpointsAsync(Token))[3]);
    }

    [Fact]
    public async Task Activate_WhenAModelComesBack_KeepsHowItWasPublishedAndHowItCameBack()
    {
        await Store.ActivateAsync(Activation(FirstModel), Token);
        await Store.ActivateAsync(Activation(SecondModel), Token);
        var note = new ActivationNote("ann", new Instant(99), "too many leads");
        await Store.ActivateAsync(new ModelActivation { Active = new ActiveModel(1, new long[PartitionCount]), Again = note }, Token);
        await ReopenAsync();

        var models = await Store.ReadModelsAsync(Token);
        Assert.Equal([Describe(FirstModel with { Activated = note }), Describe(SecondModel)], models.Select(Describe));
        Assert.Equal(new ActivationNote("", new Instant(7), ""), models[1].Activated);
        await AssertActiveAsync(1, new long[PartitionCount]);
    }

    [Fact]
    public async Task Activate_WhenTheOneBeforeIsUsedStill_KeepsThemApart()
    {
        await Store.ActivateAsync(Activation(FirstModel), Token);
        var former = Grains;
        await former.WriteAsync(Row("a"));
        var next = await Store.BeginGenerationAsync(Token);
        await Store.ActivateAsync(Activation(SecondModel) with { Generation = next }, Token);
        Assert.NotNull(await former.ReadAsync(Row("a").Key));
        await former.WriteAsync(Row("b"));
        Assert.Null(await Grains.ReadAsync(Row("b").Key));
        await Store.DropAsync(former, Token);
        await Grains.WriteAsync(Row("c"));
        Assert.NotNull(await Grains.ReadAsync(Row("c").Key));
    }

    [Fact]
    public async Task Begin_WhenItIsNotActivated_LeavesNothing()
    {
        await Store.ActivateAsync(Activation(FirstModel), Token);
        await Grains.WriteAsync(Row("a"));
        var dropped = await Store.BeginGenerationAsync(Token);
        await dropped.WriteAsync(Row("b"));
        await Store.DropAsync(dropped, Token);
        var abandoned = await Store.BeginGenerationAsync(Token);
        await abandoned.WriteAsync(Row("c"));
        await ReopenAsync();
        var next = await Store.BeginGenerationAsync(Token);
        Assert.Null(await next.ReadAsync(Row("b").Key));
        Assert.Null(await next.ReadAsync(Row("c").Key));
        Assert.Equal(new long[PartitionCount], await next.ReadCheckpointsAsync(Token));
        Assert.NotNull(await Grains.ReadAsync(Row("a").Key));
    }

    [Fact]
    public async Task Drop_WhenItIsTheActiveOne_IsRefused()
    {
        await Grains.WriteAsync(Row("a"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Store.DropAsync(Store.Active, Token));
        Assert.NotNull(await Grains.ReadAsync(Row("a").Key));
    }

    private static ModelActivation Activation(StoredModel model) =>
        new() { Active = new ActiveModel(model.Version, new long[PartitionCount]), Added = model };

    private static string Describe(StoredModel model) =>
        $"{model.Version} {Convert.ToHexString(model.ContentHash.Span)} {model.Yaml} {model.PublishedBy} {model.PublishedAt} {model.Comment} {model.Activated}";

    private async Task AssertActiveAsync(uint version, long[] after)
    {
        var active = (await Store.ReadActiveModelAsync(Token))!;
        Assert.Equal(version, active.Version);
        Assert.Equal(after, active.After);
    }
}
