using LeadGrains.Host.Serving;

namespace LeadGrains.Host.Tests.Serving;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:7070", "127.0.0.1:7070")]
    [InlineData("localhost:0", "127.0.0.1:0")]
    [InlineData("*:80", "0.0.0.0:80")]
    [InlineData("[::1]:7070", "[::1]:7070")]
    public void TryRead_WhenTheAddressIsGood_ReadsIt(string text, string expected)
    {
        Assert.True(ListenAddress.TryRead(text, out var endpoint));
        Assert.Equal(expected, endpoint.ToString());
    }

    [Theory]
    [InlineData("7070")]
    [InlineData(":7070")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:70000")]
    [InlineData("::1:7070")]
    [InlineData("example.com:7070")]
    [InlineData("http://127.0.0.1:7070")]
    public void TryRead_WhenTheAddressIsBad_IsFalse(string text) => Assert.False(ListenAddress.TryRead(text, out _));
}
