using System.Text.RegularExpressions;

namespace LeadGrains.House.Tests;

public sealed partial class ReadmeTests
{
    private static readonly string[] Commands = ["dotnet run -c Release --project src/LeadGrains.Host -- demo", "dotnet test"];

    [Fact]
    public void Readme_WhenRead_HasTheTwoCommands() => HouseRule.Holds(
        MissingCommands(Repository.File("README.md")),
        "The README lacks a command that a newcomer needs, on a line of its own:");

    [Fact]
    public void Readme_WhenACommandIsMissing_IsRefused() =>
        Assert.Equal(Commands[0], Assert.Single(MissingCommands(new TextFile("README.md", "```\ndotnet test\n```\n"))));

    [Fact]
    public void Documents_WhenTheyLink_LinkToWhatIsThere() => HouseRule.Holds(
        Repository.Files.Where(file => file.Path.EndsWith(".md", StringComparison.Ordinal)).SelectMany(DeadLinks),
        "A document links to a file that is not there. Mend the link:");

    [Fact]
    public void Documents_WhenALinkIsDead_AreRefused() =>
        Assert.Single(DeadLinks(new TextFile("README.md", "[a](LICENSE) [b](src/Nothing.cs) [c](https://grpc.io) [d](#words)")));

    [Fact]
    public void Models_WhenTheirReaderKnowsAKey_AreDocumentedWithIt() => HouseRule.Holds(
        MissingKeys(Repository.Under("src/LeadGrains.Scoring/Model/Reading/"), Repository.File("deploy/models/README.md")),
        "deploy/models/README.md does not say what a key of the model means. Say it:");

    [Fact]
    public void Models_WhenAKeyIsNotDocumented_AreRefused()
    {
        var reader = new TextFile("A.cs", """keys.Take("cap"); keys.RequiredNumber("floor", 0, 1); keys.Text("cap", 2); """);

        Assert.Equal(["floor"], MissingKeys([reader], new TextFile("README.md", "| `cap` | the floor is low |")));
        Assert.Empty(MissingKeys([reader], new TextFile("README.md", "`{cap: 1, floor: 2}`")));
    }

    private static IEnumerable<string> MissingKeys(IEnumerable<TextFile> readers, TextFile document) =>
        readers.SelectMany(file => Key().Matches(file.Text)).Select(match => match.Groups[1].Value).Distinct(StringComparer.Ordinal)
            .Where(key => !Regex.IsMatch(document.Text, $"`{key}`|[{{ ]{key}: "));

    private static IEnumerable<string> MissingCommands(TextFile readme) =>
        Commands.Where(command => !readme.Lines.Any(line => line.Trim() == command));

    private static IEnumerable<string> DeadLinks(TextFile document) =>
        from Match link in Link().Matches(document.Text)
        let target = link.Groups[1].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
        let path = Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(document.Path) ?? "", target))
        where !File.Exists(path) && !Directory.Exists(path)
        select $"{document.Path}: {target}";

    [GeneratedRegex(@"\b(?:Take|Require|Number|RequiredNumber|Text|RequiredText)\(""(\w+)""")]
    private static partial Regex Key();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
