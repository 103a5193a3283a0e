using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace LeadGrains.House.Tests;

public sealed class BannedCallTests
{
    private const string Composition = "src/LeadGrains.Host/Composition";

    /// <summary>Deadlines are wall-clock instants, and the gRPC packages' options, which it copies, have no place for a clock.</summary>
    private const string Protocol = "src/LeadGrains.Grpc/Wire/RpcClock.cs";

    private static readonly HashSet<string> Banned = new(StringComparer.Ordinal)
    {
        "DateTime.Now", "DateTime.UtcNow", "DateTime.Today", "DateTimeOffset.Now", "DateTimeOffset.UtcNow", "TimeProvider.System",
        "Guid.NewGuid", "Guid.CreateVersion7", "Random.Shared", "RandomNumberGenerator.GetBytes", "RandomNumberGenerator.Fill",
        "Environment.TickCount", "Environment.TickCount64",
    };

    [Fact]
    public void Calls_WhenReadFromSource_TakeTimeAndRandomnessAsArguments() => HouseRule.Holds(
        Repository.SourceCode.SelectMany(file => Calls(file).Where(call => !MayProvide(file, call)).Select(call => $"{file.Path}: {call}")),
        "Code takes the clock or chance from the air. Take a TimeProvider or a seeded Random as an argument; the Host's Composition gives it:");

    [Fact]
    public void Calls_WhenTheClockIsProvided_ComeFromOneFile() => HouseRule.Holds(
        ProvidersBeyondOne(Repository.SourceCode),
        "Two files provide the clock. Let one hand it to the other:");

    [Theory]
    [InlineData("DateTime.UtcNow")]
    [InlineData("System.DateTimeOffset.Now")]
    [InlineData("TimeProvider.System")]
    [InlineData("global::System.Guid.NewGuid()")]
    [InlineData("Random.Shared.Next()")]
    [InlineData("new Random()")]
    [InlineData("new System.Random()")]
    public void Calls_WhenABannedOneIsMade_AreRefused(string call) =>
        Assert.Single(Calls(new TextFile("src/A.cs", $"class A {{ object B() => {call}; }}")));

    [Theory]
    [InlineData("new Random(7)")]
    [InlineData("clock.GetUtcNow()")]
    public void Calls_WhenTheArgumentIsGiven_AreFine(string call) =>
        Assert.Empty(Calls(new TextFile("src/A.cs", $"class A {{ object B() => {call}; }}")));

    [Fact]
    public void Calls_WhenTwoFilesProvideTheClock_AreRefused() =>
        Assert.Equal(2, ProvidersBeyondOne([Provider("A"), Provider("B")]).Count);

    private static TextFile Provider(string name) => new($"{Composition}/{name}.cs", $"class {name} {{ object B() => TimeProvider.System; }}");

    private static List<string> ProvidersBeyondOne(IEnumerable<TextFile> files)
    {
        var providers = files.Where(file => file.Path != Protocol && Calls(file).Contains("TimeProvider.System")).Select(file => file.Path).ToList();
        return providers.Count > 1 ? providers : [];
    }

    private static bool MayProvide(TextFile file, string call) =>
        call == "TimeProvider.System" && (file.Path == Protocol || file.Path.StartsWith(Composition, StringComparison.Ordinal));

    private static IEnumerable<string> Calls(TextFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes())
        {
            if (node is MemberAccessExpressionSyntax member && Banned.Contains(LastTwo(member)))
            {
                yield return LastTwo(member);
            }
            else if (node is ObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: 0 } created && LastName(created.Type) == "Random")
            {
                yield return "new Random()";
            }
        }
    }

    private static string LastTwo(MemberAccessExpressionSyntax member) => $"{LastName(member.Expression)}.{member.Name.Identifier.Text}";

    private static string LastName(SyntaxNode node) => node switch
    {
        MemberAccessExpressionSyntax member => member.Name.Identifier.Text,
        QualifiedNameSyntax name => name.Right.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        AliasQualifiedNameSyntax name => name.Name.Identifier.Text,
        _ => node.Kind().ToString(),
    };
}
