namespace LeadGrains.Scoring.Tests.Traits;

public class TraitValueTests
{
    [Fact]
    public void AsText_WhenNotText_IsItsShortestInvariantForm()
    {
        Assert.Equal("5000", TraitValue.Number(5000).AsText);
        Assert.Equal("0.1", TraitValue.Number(0.1).AsText);
        Assert.Equal("0", TraitValue.Number(-0.0).AsText);
        Assert.Equal("true", TraitValue.Truth(true).AsText);
        Assert.Equal("a, 1", TraitValue.List([TraitValue.Text("a"), TraitValue.Number(1)]).AsText);
    }

    [Fact]
    public void Equals_WhenKindOrValueDiffers_IsFalse()
    {
        Assert.Equal(TraitValue.Number(1), TraitValue.Number(1));
        Assert.NotEqual(TraitValue.Number(1), TraitValue.Text("1"));
        Assert.NotEqual(TraitValue.Number(1), TraitValue.Truth(true));
        Assert.NotEqual(TraitValue.Text("a"), TraitValue.Text("A"));
        Assert.Equal(TraitValue.List([TraitValue.Text("a")]), TraitValue.List([TraitValue.Text("a")]));
        Assert.NotEqual(TraitValue.List([TraitValue.Text("a")]), TraitValue.List([TraitValue.Text("b")]));
        Assert.NotEqual(TraitValue.List([TraitValue.Text("a")]), TraitValue.Text("a"));
        Assert.Equal(TraitValue.Number(0).GetHashCode(), TraitValue.Number(-0.0).GetHashCode());
    }

    [Fact]
    public void List_WhenItHoldsLists_IsFlat()
    {
        var inner = TraitValue.List([TraitValue.Text("b"), TraitValue.Text("c")]);
        var outer = TraitValue.List([TraitValue.Text("a"), inner]);
        Assert.Equal(["a", "b", "c"], outer.Elements().Select(element => element.AsText));
        Assert.Equal([TraitValue.Text("x")], TraitValue.Text("x").Elements());
    }
}
