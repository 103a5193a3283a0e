namespace LeadGrains.Scoring.Tests.Model;

public sealed class ModelSetTests
{
    private static readonly ScoringModel First = Read("{name: first, groups: {a: {half_life: 1d}, b: {half_life: 2d}}, filters: {contact: [x]}}");
    private static readonly ScoringModel Second = Read(
        "{name: second, groups: {c: {half_life: 3d}, d: {half_life: 1d}}, account: {engaged_half_life: 5d}, filters: {contact: [y, x]}}");

    [Fact]
    public void Columns_WhenModelsDiffer_AreThoseOfAllAndNoneTwice()
    {
        var set = new ModelSet(First, [KeyValuePair.Create("w", Second)]);

        Assert.Equal([1.0, 2.0, 3.0], set.Columns.Select(column => TimeSpan.FromTicks(column.HalfLife.Ticks).TotalDays));
        Assert.Equal([2, 0], set.Of("w").Groups.Select(group => group.Column));
        Assert.Equal([0, 1], set.Of("other").Groups.Select(group => group.Column));
        Assert.All(set.Models, model => Assert.Equal(set.Columns, model.Columns));
        Assert.Equal((0, 1), (set.Of("other").EngagedColumn, set.Of("w").EngagedColumn));
        Assert.Equal(Second.EngagedHalfLife, set.EngagedHalfLives[1]);
        Assert.Equal(["x", "y"], set.Filters(account: false));
        Assert.Equal([0, 1], Second.Groups.Select(group => group.Column));
    }

    [Fact]
    public void Models_WhenAllAreAlike_AreOne()
    {
        var set = new ModelSet(First, [KeyValuePair.Create("w", Read(First.Yaml))]);

        Assert.Same(First, Assert.Single(set.Models));
        Assert.Same(First, set.Of("w"));
        Assert.Same(First, set.Everyones);
    }

    [Fact]
    public void Columns_WhenWorkspacesComeInAnotherOrder_AreTheSame() => Assert.Equal(
        new ModelSet(First, [KeyValuePair.Create("v", Second), KeyValuePair.Create("w", Read("{name: third, groups: {e: {half_life: 9d}}}"))]).Columns,
        new ModelSet(First, [KeyValuePair.Create("w", Read("{name: third, groups: {e: {half_life: 9d}}}")), KeyValuePair.Create("v", Second)]).Columns);

    [Fact]
    public void Columns_WhenAModelStoodInAnotherSet_AreWithoutThoseOfTheOthersThere()
    {
        var former = new ModelSet(First, [KeyValuePair.Create("w", Second)]);

        var set = new ModelSet(former.Of("w"), [KeyValuePair.Create("v", First)]);
        Assert.Equal([3.0, 1.0, 2.0], set.Columns.Select(column => TimeSpan.FromTicks(column.HalfLife.Ticks).TotalDays));
        Assert.Equal([0, 1], set.Everyones.Groups.Select(group => group.Column));
        Assert.Equal([1, 2], set.Of("v").Groups.Select(group => group.Column));

        var alone = new ModelSet(former.Of("other"));
        Assert.Equal([1.0, 2.0], alone.Columns.Select(column => TimeSpan.FromTicks(column.HalfLife.Ticks).TotalDays));
        Assert.Equal(alone.Columns, alone.Everyones.Columns);
    }

    private static ScoringModel Read(string yaml) => ModelReader.Read(yaml) is { Model: { } model } ? model : throw new InvalidOperationException(yaml);
}
