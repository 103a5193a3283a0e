using System.Text;
using LeadGrains.Gateway.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace LeadGrains.Gateway.Tests.Access;

public sealed class CredentialsTests
{
    [Theory]
    [InlineData("Bearer abc", "abc")]
    [InlineData("bearer  abc ", "abc")]
    [InlineData("Basic YWJjOg==", "abc")]
    [InlineData("basic YWJjOmRlZg==", "abc")]
    [InlineData("Basic YWJj", "abc")]
    [InlineData("Basic ???", "")]
    [InlineData("Digest abc", "")]
    [InlineData("abc", "")]
    [InlineData("", "")]
    public void Find_WhenAuthorizationIsGiven_GivesItsKey(string value, string key) =>
        Assert.Equal(key, Find(("Authorization", value), ("X-Write-Key", "other")));

    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("abc:secret", "abc")]
    [InlineData(":secret", "")]
    public void Find_WhenAWriteKeyIsGiven_GivesItUpToItsColon(string value, string key) => Assert.Equal(key, Find(("X-Write-Key", value)));

    [Fact]
    public void Find_WhenNoHeaderHasOne_GivesTheFallback()
    {
        Assert.Equal("abc", Find("abc:def"));
        Assert.Equal("", Find((string?)null));
    }

    [Fact]
    public void Find_WhenAHeaderComesTwice_GivesNone()
    {
        var headers = new HeaderDictionary { ["Authorization"] = new StringValues(["Bearer abc", "Bearer def"]) };
        Assert.Equal("", Credentials.Find(headers, "ghi", new char[Credentials.Room]).ToString());
    }

    [Fact]
    public void Find_WhenBasicIsLongerThanAnyKey_GivesNone() =>
        Assert.Equal("", Find(("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(new string('a', 100_000))))));

    private static string Find(params (string Name, string Value)[] headers)
    {
        var all = new HeaderDictionary();
        foreach (var (name, value) in headers)
            all[name] = value;
        return Credentials.Find(all, "fallback", new char[Credentials.Room]).ToString();
    }

    private static string Find(string? fallback) => Credentials.Find(new HeaderDictionary(), fallback, new char[Credentials.Room]).ToString();
}
