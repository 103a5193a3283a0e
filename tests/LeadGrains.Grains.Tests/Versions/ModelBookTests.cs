using LeadGrains.Grains.Storage;
using LeadGrains.Grains.Tests.Following;
using LeadGrains.Grains.Versions;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Versions;

public sealed class ModelBookTests
{
    private static readonly string[] Documents = [Publishing.First.Yaml, Publishing.OtherYaml, TwoWorkspaces.SecondModel.Yaml];

    // As stores are that knew of no workspace's own model.
    [Fact]
    public void ServedAt_WhenAllDocumentsArePlain_IsTheSameForEveryone()
    {
        var book = new ModelBook(Documents.Select((yaml, place) => Stored((uint)place + 1, yaml)));

        var served = book.ServedAt(2);

        Assert.Single(served.Set.Models);
        Assert.Equal(("other", 2U), (served.Of(Workspaces.Default).Model.Name, served.Of(Workspaces.Default).Version));
        Assert.Equal(("other", 1U), (served.Of("second").Model.Name, served.Of("second").Version));
        Assert.Equal([1U, 2U, 3U], book.Of(Workspaces.Default, 2).Select(model => model.Version));
        Assert.Equal([(1U, "", Publishing.OtherYaml)], book.Of("second", 2).Select(model => (model.Version, model.Comment, model.Yaml)));
    }

    [Fact]
    public void Of_WhenAWorkspaceGoesBack_NotesItAtTheOldVersion()
    {
        var first = SetDocument.Plain(1, Documents[0]);
        var second = first.With("second", Documents[1], 2);
        var third = second.With("second", Documents[2], 3);
        var fourth = third.With("second", Documents[1], 4);
        var book = new ModelBook([Stored(1, first), Stored(2, second), Stored(3, third), Stored(4, fourth)]);

        Assert.Equal([(1U, "", ""), (2U, "2", "4"), (3U, "3", "3")], book.Of("second", 4).Select(model => (model.Version, model.Comment, model.Activated.Comment)));
        Assert.Equal([(1U, "1", "1")], book.Of(Workspaces.Default, 4).Select(model => (model.Version, model.Comment, model.Activated.Comment)));
        Assert.Equal((2U, 1U), (book.ServedAt(4).VersionOf("second"), book.ServedAt(4).VersionOf(Workspaces.Default)));
        Assert.Equal(3U, book.ServedAt(3, "second").Version);
        Assert.Equal(1U, book.ServedAt(1, "second").Version);
    }

    [Fact]
    public void Read_WhenWritten_GivesTheSame()
    {
        var written = SetDocument.Plain(1, Documents[0]).With("a-b", "name: \"q\"\n# ü\n", 2).With("", Documents[1], 3).With("z", Documents[2], 4);

        var read = SetDocument.Read(4, written.Write());

        Assert.Equal((written.Workspace, written.Yaml, written.Everyones), (read.Workspace, read.Yaml, read.Everyones));
        Assert.Equal(written.Own, read.Own);
        Assert.False(read.IsPlain);
        Assert.Equal("name: x", SetDocument.Read(1, "name: x").Write());
        Assert.Null(ModelReader.Read(written.Write()).Model);
    }

    [Theory]
    [InlineData("{\"leadgrains_set\":1,")]
    [InlineData("{\"leadgrains_set\":1,\"workspace\":\"a\"}")]
    [InlineData("{\"leadgrains_set\":1,\"workspace\":\"a\",\"everyones\":-1,\"own\":{},\"yaml\":\"\"}")]
    [InlineData("{\"leadgrains_set\":1,\"workspace\":\"a\",\"everyones\":1,\"own\":[],\"yaml\":\"\"}")]
    public void Read_WhenDamaged_NamesTheVersion(string text) =>
        Assert.Contains("version 7", Assert.Throws<InvalidDataException>(() => SetDocument.Read(7, text)).Message, StringComparison.Ordinal);

    [Fact]
    public void ServedAt_WhenAVersionIsMissing_SaysWhich()
    {
        var set = SetDocument.Plain(1, Documents[0]).With("second", Documents[1], 2);

        Assert.Contains("version 1", Assert.Throws<InvalidDataException>(() => new ModelBook([Stored(2, set)]).ServedAt(2)).Message, StringComparison.Ordinal);
    }

    private static StoredModel Stored(uint version, SetDocument set) => Stored(version, set.Write());

    private static StoredModel Stored(uint version, string text) => new(version, new byte[] { (byte)version }, text, "tests", new Instant(version), $"{version}");
}
