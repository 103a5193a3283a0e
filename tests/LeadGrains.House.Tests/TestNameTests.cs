using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeadGrains.House.Tests;

public sealed partial class TestNameTests
{
    [Fact]
    public void Tests_WhenRead_SayMethodStateAndOutcome() => HouseRule.Holds(
        Repository.TestCode.SelectMany(Violations),
        "A test's name does not say what it tests. Call it Method_WhenState_Outcome:");

    [Theory]
    [InlineData("[Fact] public void Works() { }")]
    [InlineData("[Fact] public void Append_Works() { }")]
    [InlineData("[Theory] public void Append__Works(int a) { }")]
    [InlineData("[Xunit.Fact(Timeout = 1)] public Task append_when_torn() { }")]
    public void Tests_WhenAPartIsMissing_AreRefused(string method) => Assert.Single(Violations(Sample(method)));

    [Theory]
    [InlineData("[Fact] public void Append_WhenTailIsTorn_CutsIt() { }")]
    [InlineData("public void Arrange() { }")]
    public void Tests_WhenNamedWell_AreFine(string method) => Assert.Empty(Violations(Sample(method)));

    private static TextFile Sample(string method) => new("tests/A.Tests/BTests.cs", $"class BTests {{ {method} }}");

    private static IEnumerable<string> Violations(TextFile file) =>
        from method in file.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.AttributeLists.SelectMany(list => list.Attributes).Any(IsTest) && !Form().IsMatch(method.Identifier.Text)
        select $"{file.Place(method)}: {method.Identifier.Text}";

    private static bool IsTest(AttributeSyntax attribute) => attribute.Name.ToString().Split('.')[^1] is "Fact" or "Theory";

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*(_[A-Z0-9][A-Za-z0-9]*){2,}$")]
    private static partial Regex Form();
}
