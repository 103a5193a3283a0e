using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeadGrains.House.Tests;

public sealed class MethodLengthTests
{
    private const int Most = 60;

    [Fact]
    public void Methods_WhenMeasured_StayWithinTheBound() => HouseRule.Holds(
        Repository.SourceCode.SelectMany(Violations),
        $"A method is longer than {Most} lines. Name its steps and give each a method of its own:");

    [Fact]
    public void Methods_WhenOneLineTooLong_AreRefused()
    {
        Assert.Empty(Violations(Sample(Most - 3)));
        Assert.Single(Violations(Sample(Most - 2)));
    }

    [Fact]
    public void Methods_WhenAnAccessorIsTooLong_AreRefused() =>
        Assert.Single(Violations(new TextFile("src/A.cs", $"class A {{ int B {{ get {{\n{Filler(Most)}return 1; }} }} }}")));

    [Fact]
    public void Methods_WhenTopLevelStatementsAreTooLong_AreRefused() =>
        Assert.Single(Violations(new TextFile("src/Program.cs", Filler(Most + 1))));

    private static TextFile Sample(int lines) => new("src/A.cs", $"class A\n{{\n    void B()\n    {{\n{Filler(lines)}    }}\n}}\n");

    private static string Filler(int lines) => string.Concat(Enumerable.Repeat("        C();\n", lines));

    private static IEnumerable<string> Violations(TextFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes().Where(node => node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax))
        {
            var lines = LinesOf(node, node);
            if (lines > Most)
            {
                yield return $"{file.Place(node)}: {lines} lines";
            }
        }

        var statements = file.Syntax.ChildNodes().OfType<GlobalStatementSyntax>().ToList();
        if (statements.Count > 0 && LinesOf(statements[0], statements[^1]) is var length and > Most)
        {
            yield return $"{file.Path}: {length} lines of top-level statements";
        }
    }

    private static int LinesOf(SyntaxNode first, SyntaxNode last) =>
        last.GetLocation().GetLineSpan().EndLinePosition.Line - first.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
