using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace LeadGrains.Scoring.Tests.Companies;

public class CompanyNameTests
{
    [Theory]
    // Case, space, punctuation
    [InlineData("ACME", "acme")]
    [InlineData("  Acme   Widgets ", "acme widgets")]
    [InlineData("Coca-Cola", "coca cola")]
    [InlineData("McDonald\u2019s", "mcdonalds")]
    [InlineData("Procter & Gamble", "procter and gamble")]
    [InlineData("AT&T", "at and t")]
    [InlineData("H+M", "h and m")]
    [InlineData("Acme\u2122", "acme")]
    [InlineData("Ac\u00ADme", "acme")]
    [InlineData("Plan B", "plan b")]
    [InlineData("3M", "3m")]
    // Diacritics, composed and decomposed; letters that Unicode leaves whole; wide letters
    [InlineData("L'Oréal", "loreal")]
    [InlineData("L'Ore\u0301al", "loreal")]
    [InlineData("MÜLLER", "muller")]
    [InlineData("Strauß", "strauss")]
    [InlineData("Ørsted", "orsted")]
    [InlineData("Łódź Æther", "lodz aether")]
    [InlineData("ＡＣＭＥ", "acme")]
    [InlineData("Việt Nam", "viet nam")]
    [InlineData("Газпром", "газпром")]
    // Legal forms
    [InlineData("Acme Inc", "acme")]
    [InlineData("Acme, Inc.", "acme")]
    [InlineData("Acme Ltd.", "acme")]
    [InlineData("Acme L.L.C.", "acme")]
    [InlineData("Acme GmbH", "acme")]
    [InlineData("Acme GmbH & Co. KG", "acme")]
    [InlineData("Acme GmbH & Co.KG", "acme")]
    [InlineData("Acme GmbH und Co KG", "acme gmbh und")]
    [InlineData("Acme AG", "acme")]
    [InlineData("Acme SA", "acme")]
    [InlineData("Acme S.A.", "acme")]
    [InlineData("Acme S. A.", "acme")]
    [InlineData("Plan B S.A.", "plan b")]
    [InlineData("Acme SAS", "acme")]
    [InlineData("Acme S.à r.l.", "acme")]
    [InlineData("Acme B.V.", "acme")]
    [InlineData("Acme NV", "acme")]
    [InlineData("Acme AB (publ)", "acme")]
    [InlineData("Acme Oy", "acme")]
    [InlineData("Acme A/S", "acme")]
    [InlineData("Acme Pty Ltd", "acme")]
    [InlineData("Acme Pty. Limited", "acme")]
    [InlineData("Acme Co.", "acme")]
    [InlineData("Acme Co., Ltd.", "acme")]
    [InlineData("Smith & Co", "smith")]
    [InlineData("Acme Corporation", "acme")]
    [InlineData("Acme S.p.A.", "acme")]
    [InlineData("Acme S.r.l.", "acme")]
    [InlineData("Acme K.K.", "acme")]
    [InlineData("株式会社 Acme", "acme")]
    [InlineData("Acme Sp. z o.o.", "acme")]
    [InlineData("Acme Sp. z.o.o.", "acme")]
    [InlineData("Acme s.r.o.", "acme")]
    [InlineData("Acme S.A. de C.V.", "acme")]
    [InlineData("Acme Private Limited", "acme")]
    [InlineData("PT Acme Tbk", "acme")]
    [InlineData("ООО Газпром", "газпром")]
    [InlineData("The Acme Company", "acme")]
    // What is no legal form, or nothing else
    [InlineData("Acme Group", "acme group")]
    [InlineData("Incline", "incline")]
    [InlineData("Inc Magazine", "inc magazine")]
    [InlineData("Limited", "limited")]
    [InlineData("The Limited", "limited")]
    [InlineData("Co", "co")]
    public void Normalise_WhenNameIsWrittenSomehow_LeavesWhatTellsCompaniesApart(string name, string normalised) =>
        Assert.Equal(normalised, CompanyName.Normalise(name));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("-.,!")]
    [InlineData("\u2122")]
    public void Normalise_WhenNothingIsLeft_IsNull(string name) => Assert.Null(CompanyName.Normalise(name));

    [Fact]
    public void Normalise_WhenTooLong_IsNull()
    {
        Assert.Equal(CompanyName.MaxBytes, CompanyName.Normalise(new string('a', CompanyName.MaxBytes))!.Length);
        Assert.Null(CompanyName.Normalise(new string('a', CompanyName.MaxBytes + 1)));
        Assert.Null(CompanyName.Normalise(new string('株', (CompanyName.MaxBytes / 3) + 1)));
    }

    [Fact]
    public void Normalise_WhenDoneAgain_LeavesAName() => Prop.ForAll<string>(name =>
    {
        var once = name is null ? null : CompanyName.Normalise(name);
        return once is null || (CompanyName.Normalise(once) is { } twice && twice.Length <= once.Length && Encoding.UTF8.GetByteCount(once) <= CompanyName.MaxBytes);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_WhenTheTraitIsAList_IsItsFirst()
    {
        Assert.Equal("Acme", CompanyName.Of(Samples.Traits(("company", new object[] { "Acme", "Rival" }))));
        Assert.Equal("Acme Inc", CompanyName.Of(Samples.Traits(("company", "Acme Inc"))));
        Assert.Equal("", CompanyName.Of(Samples.Traits(("company", Array.Empty<object>()), ("title", "CEO"))));
    }
}
