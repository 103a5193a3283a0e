using Grpc.Core;

namespace LeadGrains.Grpc.Tests.Core;

public class MetadataTests
{
    [Fact]
    public void Add_WhenKeyHasCapitals_LowersThem()
    {
        var metadata = new Metadata { { "X-Key", "v" }, { "Raw-BIN", [1] } };

        Assert.Equal(["x-key", "raw-bin"], metadata.Select(entry => entry.Key));
        Assert.Equal("v", metadata.GetValue("x-KEY"));
        Assert.Equal([1], metadata.GetValueBytes("raw-bin"));
        Assert.Null(metadata.GetValue("other"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("white space")]
    [InlineData("naïve")]
    [InlineData(":path")]
    [InlineData("a\nb")]
    public void Add_WhenKeyIsNone_Throws(string key) => Assert.Throws<ArgumentException>(() => new Metadata().Add(key, "v"));

    [Fact]
    public void Add_WhenKindOfValueDoesNotFitTheKey_Throws()
    {
        Assert.Throws<ArgumentException>(() => new Metadata().Add("raw-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata().Add("plain", [1]));
        Assert.Throws<InvalidOperationException>(() => new Metadata { { "raw-bin", [1] } }.GetValue("raw-bin"));
    }

    [Fact]
    public void Empty_WhenChanged_Throws()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "b"));
    }

    [Fact]
    public void ValueBytes_WhenChanged_LeavesTheEntryAlone()
    {
        byte[] given = [1, 2];
        var entry = new Metadata.Entry("raw-bin", given);
        given[0] = 9;
        entry.ValueBytes[1] = 9;

        Assert.Equal([1, 2], entry.ValueBytes);
    }

    [Fact]
    public void List_WhenEdited_KeepsItsOrder()
    {
        var metadata = new Metadata { { "a", "1" }, { "c", "3" } };
        var b = new Metadata.Entry("b", "2");
        metadata.Insert(1, b);

        Assert.Equal(1, metadata.IndexOf(b));
        Assert.Contains(b, metadata);
        Assert.True(metadata.Remove(b));
        metadata.RemoveAt(0);
        metadata[0] = b;
        Assert.Equal([b], metadata);
        metadata.Clear();
        Assert.Empty(metadata);
    }
}
