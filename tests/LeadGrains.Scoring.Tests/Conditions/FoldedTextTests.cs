using System.Text;

namespace LeadGrains.Scoring.Tests.Conditions;

public class FoldedTextTests
{
    [Fact]
    public void OrdinalIgnoreCase_ForEveryCharacterBeyondAscii_EqualsNoAsciiOne()
    {
        // What comparing ASCII texts byte by byte rests on.
        for (var code = 0x80; code <= char.MaxValue; code++)
        {
            var beyond = ((char)code).ToString();
            for (var ascii = 'A'; ascii <= 'Z'; ascii++)
                Assert.False(beyond.Equals(ascii.ToString(), StringComparison.OrdinalIgnoreCase), $"U+{code:X4} and {ascii}");
        }
    }

    [Theory]
    [InlineData("software", "SoftWare", true)]
    [InlineData("software", "software ", false)]
    [InlineData("Zürich", "ZÜRICH", true)]
    [InlineData("zürich", "zurich", false)]
    [InlineData("k", "\u212A", false)]
    [InlineData("[", "{", false)]
    [InlineData("@", "`", false)]
    [InlineData("ПРИВЕТ", "привет", true)]
    [InlineData("𐐀", "𐐨", true)]
    public void Equal_ForBytesAndText_IgnoresCaseAlike(string text, string value, bool equal)
    {
        var folded = new FoldedText(text);
        Assert.Equal(equal, folded.Equal(value));
        Assert.Equal(equal, folded.Equal(Encoding.UTF8.GetBytes(value)));
    }

    [Theory]
    [InlineData("/pricing", "https://x.example/PRICING?a=1", true)]
    [InlineData("/pricing", "https://x.example/pricin", false)]
    [InlineData("aab", "aaab", true)]
    [InlineData("a", "", false)]
    [InlineData("straße", "Hauptstraße 5", true)]
    [InlineData("STRASSE", "Hauptstraße 5", false)]
    [InlineData("vp", "Ünder-VP", true)]
    [InlineData("ü", "x-Ü", true)]
    public void IsWithin_ForBytesAndText_IgnoresCaseAlike(string text, string value, bool within)
    {
        var folded = new FoldedText(text);
        Assert.Equal(within, folded.IsWithin(value));
        Assert.Equal(within, folded.IsWithin(Encoding.UTF8.GetBytes(value)));
    }

    [Fact]
    public void IsWithin_WhenValueIsLong_LooksAtAllOfIt()
    {
        var value = new string('ä', 3000) + "Ö";
        Assert.True(new FoldedText("äö").IsWithin(Encoding.UTF8.GetBytes(value)));
        Assert.False(new FoldedText("öä").IsWithin(Encoding.UTF8.GetBytes(value)));
    }

    [Fact]
    public void IsWithin_ForRandomTexts_AgreesWithStrings()
    {
        var random = new Random(31);
        const string Letters = "aAbB/-äÄß";
        for (var i = 0; i < 20_000; i++)
        {
            var text = Draw(random, Letters, random.Next(1, 4));
            var value = Draw(random, Letters, random.Next(0, 12));
            var folded = new FoldedText(text);
            var bytes = Encoding.UTF8.GetBytes(value);
            Assert.True(folded.IsWithin(bytes) == value.Contains(text, StringComparison.OrdinalIgnoreCase), $"{text} in {value}");
            Assert.True(folded.Equal(bytes) == value.Equals(text, StringComparison.OrdinalIgnoreCase), $"{text} is {value}");
        }
    }

    private static string Draw(Random random, string letters, int length) =>
        string.Concat(Enumerable.Range(0, length).Select(_ => letters[random.Next(letters.Length)]));
}
