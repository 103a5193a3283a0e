using LeadGrains.Host.Terminals;

namespace LeadGrains.Host.Tests.Terminals;

public sealed class TerminalTests
{
    [Theory]
    [InlineData("Account \u001b]0;owned\u0007x\u009b2J", "Account \uFFFD]0;owned\uFFFDx\uFFFD2J")]
    [InlineData("two\nlines\tand a tab", "two\nlines\tand a tab")]
    public void Line_WhenANameHoldsControlCharacters_WritesNoneThatSteersATerminal(string text, string shown)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(output, error, outputIsScreen: true, errorIsScreen: true);

        terminal.Line(text);
        terminal.Complain(text);

        Assert.Equal((shown, shown), (output.ToString().TrimEnd('\r', '\n'), error.ToString().TrimEnd('\r', '\n')));
    }
}
