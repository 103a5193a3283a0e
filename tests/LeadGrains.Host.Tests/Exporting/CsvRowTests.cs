using LeadGrains.Host.Exporting;

namespace LeadGrains.Host.Tests.Exporting;

public sealed class CsvRowTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"hi\"", "\"say \"\"hi\"\"\"")]
    [InlineData("two\nlines", "\"two\nlines\"")]
    [InlineData(" blank", "\" blank\"")]
    [InlineData("=1+2", "'=1+2")]
    [InlineData("+49 30", "'+49 30")]
    [InlineData("-2", "'-2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("  =1", "'  =1")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("\uFF1D1", "'\uFF1D1")]
    [InlineData("a=1", "a=1")]
    public void Text_InACell_IsQuotedAndGuarded(string text, string cell)
    {
        Assert.Equal($"x,{cell}\r\n", new CsvRow(exact: false).Text("x").Text(text).End());
    }

    [Fact]
    public void Text_WhenItIsExact_IsNotGuarded() => Assert.Equal("+49 30,-2,=1\r\n", new CsvRow(exact: true).Text("+49 30").Text("-2").Text("=1").End());

    [Fact]
    public void Number_WhenItIsNegative_IsANumber() =>
        Assert.Equal("-2.5,0,12,true\r\n", new CsvRow(exact: false).Number(-2.5).Number(0.0).Number(12UL).Truth(true).End());
}
