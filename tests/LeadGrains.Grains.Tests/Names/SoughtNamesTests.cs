using LeadGrains.Grains.Names;

namespace LeadGrains.Grains.Tests.Names;

public sealed class SoughtNamesTests
{
    [Fact]
    public void Replace_WhenNamesChange_GivesTheOneBefore()
    {
        var names = new SoughtNames();
        Assert.Null(names.Replace(7, "acme"));
        names.SetVersion(7, 5);
        Assert.Null(names.Replace(7, "acme"));
        Assert.Equal(5, names.VersionOf(7));

        Assert.Equal("acme", names.Replace(7, "ajax"));

        Assert.Equal(("ajax", 0), (names.NameOf(7), names.VersionOf(7)));
        Assert.Equal([7], names.Slots);
        Assert.Equal("ajax", names.Replace(7, ""));
        Assert.Null(names.NameOf(7));
        Assert.Null(names.Replace(7, ""));
        Assert.Empty(names.Slots);
    }
}
