using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LeadGrains.House.Tests;

public sealed class ScoringPurityTests
{
    private static readonly HashSet<string> Impure = new(StringComparer.Ordinal)
    {
        "Task", "ValueTask", "IAsyncEnumerable", "CancellationToken", "Thread", "ThreadPool", "Timer", "Parallel", "SemaphoreSlim", "Channel",
        "File", "FileInfo", "FileStream", "Directory", "DirectoryInfo", "Socket", "HttpClient", "Process", "Console", "Environment",
        "TimeProvider", "Stopwatch", "Random", "RandomNumberGenerator",
    };

    [Fact]
    public void Scoring_WhenRead_IsPure() => HouseRule.Holds(
        Repository.SourceCode.Where(file => file.Path.StartsWith("src/LeadGrains.Scoring/", StringComparison.Ordinal)).SelectMany(Violations),
        "Scoring reaches outside: no I/O, no clock, no task. Do it in the caller and hand the value in:");

    [Theory]
    [InlineData("async void B() { }")]
    [InlineData("System.Threading.Tasks.Task B() => C();")]
    [InlineData("string B() => File.ReadAllText(path);")]
    [InlineData("long B(TimeProvider c) => 1;")]
    public void Scoring_WhenItReachesOutside_IsRefused(string member) =>
        Assert.Single(Violations(new TextFile("src/A.cs", $"class A {{ {member} }}")));

    [Fact]
    public void Scoring_WhenAWordIsOnlyInAComment_IsFine() =>
        Assert.Empty(Violations(new TextFile("src/A.cs", "// No Task, no File.\nclass A { string B = \"Random\"; }")));

    private static IEnumerable<string> Violations(TextFile file) =>
        from token in file.Syntax.DescendantTokens()
        where token.IsKind(SyntaxKind.AsyncKeyword) || token.IsKind(SyntaxKind.AwaitKeyword)
            || (token.IsKind(SyntaxKind.IdentifierToken) && Impure.Contains(token.Text))
        select $"{file.Place(token)}: {token.Text}";
}
