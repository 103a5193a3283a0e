using LeadGrains.Grains.Signals;

namespace LeadGrains.Grains.Tests.Signals;

public sealed class SignalAttributesTests
{
    [Fact]
    public void TryGet_WhenANameComesTwice_GivesTheLastValue()
    {
        var signal = WireBytes.Join(Entry("url", "/a"), Entry("channel", "web"), Entry("url", "/b"));

        Assert.True(new SignalAttributes(signal).TryGet("url"u8, out var value));
        Assert.Equal("/b"u8, value);
    }

    [Fact]
    public void TryGet_WhenAnEntryHasNoValue_GivesAnEmptyOne()
    {
        var signal = WireBytes.Bytes(8, WireBytes.Text(1, "flag"));

        Assert.True(new SignalAttributes(signal).TryGet("flag"u8, out var value));
        Assert.True(value.IsEmpty);
    }

    [Fact]
    public void TryGet_WhenAnEntryHasNoName_GoesByTheEmptyName()
    {
        var signal = WireBytes.Bytes(8, WireBytes.Text(2, "x"));

        Assert.True(new SignalAttributes(signal).TryGet(""u8, out var value));
        Assert.Equal("x"u8, value);
    }

    [Theory]
    [InlineData("URL")]
    [InlineData("ur")]
    [InlineData("urls")]
    [InlineData("/a")]
    public void TryGet_WhenTheNameIsAnother_IsFalse(string name) =>
        Assert.False(new SignalAttributes(Entry("url", "/a")).TryGet(System.Text.Encoding.UTF8.GetBytes(name), out _));

    [Fact]
    public void TryGet_WhenTheSignalIsDamaged_GivesWhatComesBeforeIt()
    {
        var signal = WireBytes.Join(Entry("url", "/a"), [0x0A, 0x7F]);

        Assert.True(new SignalAttributes(signal).TryGet("url"u8, out _));
        Assert.False(new SignalAttributes(signal).TryGet("channel"u8, out _));
    }

    private static byte[] Entry(string name, string value) => WireBytes.Bytes(8, WireBytes.Join(WireBytes.Text(1, name), WireBytes.Text(2, value)));
}
