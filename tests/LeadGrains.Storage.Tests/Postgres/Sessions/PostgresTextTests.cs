using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Storage.Postgres.Sessions;

namespace LeadGrains.Storage.Tests.Postgres.Sessions;

public sealed class PostgresTextTests
{
    [Fact]
    public void Write_WhenRead_GivesTheSameTextAndHoldsNoZero()
    {
        var letters = Gen.Elements('\0', '\u0001', '\u0002', '0', '1', 'a', 'é', '日');
        var texts = Gen.ArrayOf(letters).Select(text => new string(text)).ToArbitrary();
        Check.QuickThrowOnFailure(Prop.ForAll(texts, text =>
            PostgresText.Read(PostgresText.Write(text)) == text && !PostgresText.Write(text).Contains('\0')));
    }

    [Fact]
    public void Write_WhenTextsDiffer_KeepsThemApart()
    {
        string[] texts = ["\0", "\u0001", "\u00010", "\u00011", "0", "\0" + "0", "\u0001\u0001"];
        Assert.Equal(texts.Length, texts.Select(PostgresText.Write).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Write_WhenALetterIsHalfAPair_ReplacesIt() => Assert.Equal("a\uFFFDb", PostgresText.Write("a\uD800b"));
}
