using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Tests.Terminals;

public sealed class TextTableTests
{
    [Fact]
    public void WritePlain_WhenCellsDiffer_AlignsThem() =>
        Assert.Equal("account  total\nacme       7.5\nb-ltd     12.0\n", Plain(new TextTable().Left("account").Right("total"), ["acme", "7.5"], ["b-ltd", "12.0"]));

    [Fact]
    public void WritePlain_WhenACellHoldsControlCharacters_ReplacesThem() =>
        Assert.Equal("account\na\uFFFD[2Jb\n", Plain(new TextTable().Left("account"), ["a\u001b[2Jb"]));

    [Fact]
    public void Row_WhenCellsAndColumnsDiffer_Throws() =>
        Assert.Throws<ArgumentException>(() => new TextTable().Left("account").Row("a", "b"));

    [Fact]
    public void Table_WhenOutputIsAScreen_HasBorders()
    {
        using var output = new StringWriter();
        var table = new TextTable().Left("account");
        table.Row("[red]acme");

        new Terminal(output, output, outputIsScreen: true, errorIsScreen: false).Table(table);

        Assert.Contains("│ [red]acme │", output.ToString(), StringComparison.Ordinal);
    }

    private static string Plain(TextTable table, params string[][] rows)
    {
        foreach (var row in rows)
        {
            table.Row(row);
        }

        using var output = new StringWriter();
        output.NewLine = "\n";
        table.WritePlain(output);
        return output.ToString();
    }
}
