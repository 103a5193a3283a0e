using FsCheck;
using FsCheck.Fluent;
using LeadGrains.Grains.Ranking;
using LeadGrains.Scoring;

namespace LeadGrains.Grains.Tests.Ranking;

public sealed class PageTokenTests
{
    private static readonly PageToken Sample =
        new(RandomRows.Now, new RankCursor(71.25, 103.5, "acme.com"), 101, new PageModel(3, 77), 0x1234_5678_9ABC_DEF0);

    [Fact]
    public void Read_WhenWritten_GivesBackEveryField() =>
        Prop.ForAll<(long At, double Key, double Points, NonNull<string> Id), (uint Rank, uint Model, ulong Hash, ulong Query)>((row, head) =>
        {
            // A text that is no valid Unicode cannot be an id.
            var id = string.Concat(row.Id.Get.Where(unit => !char.IsSurrogate(unit)));
            var model = new PageModel(head.Model, head.Hash);
            var token = new PageToken(new Instant(row.At), new RankCursor(row.Key, row.Points, id), head.Rank, model, head.Query);
            return PageToken.Read(token.Write(), head.Query, model) == token;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Write_WhenTheIdIsOfTheGreatestLength_StaysWithinTheBound()
    {
        var text = (Sample with { After = Sample.After with { Id = new string('x', Limits.GrainIdBytes) } }).Write();

        Assert.InRange(text.Length, 1, Limits.PageTokenBytes);
        Assert.All(text, letter => Assert.True(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'));
    }

    [Fact]
    public void Read_WhenAnyLetterIsChanged_SaysThatItIsDamaged()
    {
        var text = Sample.Write();
        for (var i = 0; i < text.Length; i++)
        {
            var changed = text[..i] + (text[i] == 'A' ? 'B' : 'A') + text[(i + 1)..];
            var failure = Assert.Throws<PageTokenException>(() => PageToken.Read(changed, Sample.Query, Sample.Model));
            Assert.Contains("damaged", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("not base64!")]
    [InlineData("AAAA")]
    [InlineData("ÄÖÜ")]
    public void Read_WhenItIsNotOneOfOurs_SaysThatItIsDamaged(string text) =>
        Assert.Throws<PageTokenException>(() => PageToken.Read(text, Sample.Query, Sample.Model));

    [Fact]
    public void Read_WhenItIsEndless_SaysThatItIsDamaged() =>
        Assert.Throws<PageTokenException>(() => PageToken.Read(new string('A', 1_000_000), Sample.Query, Sample.Model));

    [Fact]
    public void Read_WhenTheQueryIsAnother_SaysSo()
    {
        var failure = Assert.Throws<PageTokenException>(() => PageToken.Read(Sample.Write(), Sample.Query + 1, Sample.Model));
        Assert.Contains("another query", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_WhenTheModelIsAnother_SaysSo()
    {
        var failure = Assert.Throws<PageTokenException>(() => PageToken.Read(Sample.Write(), Sample.Query, new PageModel(4, 77)));
        Assert.Contains("model version 3, and 4", failure.Message, StringComparison.Ordinal);
        var other = Assert.Throws<PageTokenException>(() => PageToken.Read(Sample.Write(), Sample.Query, Sample.Model with { Hash = 78 }));
        Assert.Contains("another shadow model", other.Message, StringComparison.Ordinal);
    }
}
