using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeadGrains.House.Tests;

public sealed class UnusedTypeTests
{
    /// <summary>Its types are used by generated code, which is no file of the repository.</summary>
    private const string CompiledAgainst = "src/LeadGrains.Grpc/";

    [Fact]
    public void Types_WhenDeclaredInSource_AreUsedInSource() => HouseRule.Holds(
        Unused([.. Repository.SourceCode]).Where(place => !place.StartsWith(CompiledAgainst, StringComparison.Ordinal)),
        "Nothing in src uses this type. Delete it, or use it:");

    [Fact]
    public void Types_WhenOnlyTheirOwnCodeNamesThem_AreRefused() =>
        Assert.Equal(["src/A.cs:1: A"], Unused([new TextFile("src/A.cs", "class A { A Next; A() { } }"), new TextFile("src/B.cs", "class B { B2 C; } class B2 { B D; }")]));

    [Fact]
    public void Types_WhenAnExtensionMethodIsCalled_AreUsed() =>
        Assert.Empty(Unused([new TextFile("src/A.cs", "static class A { public static int Twice(this int b) => 2 * b; }"), new TextFile("src/Program.cs", "1.Twice();")]));

    private static IEnumerable<string> Unused(IReadOnlyList<TextFile> files)
    {
        var uses = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var name in files.SelectMany(file => Identifiers(file.Syntax)))
        {
            uses[name] = uses.GetValueOrDefault(name) + 1;
        }

        return from file in files
               from type in file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
               where !NamesOf(type).Any(name => uses.GetValueOrDefault(name) > Identifiers(type).Count(own => own == name))
               select $"{file.Place(type)}: {type.Identifier.Text}";
    }

    // A static class of extension methods is used where one of its methods is.
    private static IEnumerable<string> NamesOf(BaseTypeDeclarationSyntax type) =>
    [
        type.Identifier.Text,
        .. type.DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(method => method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(SyntaxKind.ThisKeyword) == true)
            .Select(method => method.Identifier.Text),
    ];

    private static IEnumerable<string> Identifiers(SyntaxNode node) =>
        node.DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.Text);
}
