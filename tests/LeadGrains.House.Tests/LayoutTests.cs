namespace LeadGrains.House.Tests;

public sealed class LayoutTests
{
    private const int MostReadmeLines = 7;

    private static readonly HashSet<string> Named = new(StringComparer.Ordinal)
    {
        "src/", "protos/", "tests/", "deploy/", "LeadGrains.sln", "README.md",
        "Directory.Packages.props", "Directory.Build.props", "Directory.Build.targets", "BannedSymbols.txt", "global.json", "LICENSE",
    };

    [Fact]
    public void TopLevel_WhenListed_HoldsOnlyWhatIsNamed() => HouseRule.Holds(
        Unnamed(Repository.TopLevel()),
        "The top level holds what the layout does not name. Put it where it belongs: src, protos, tests or deploy:");

    [Fact]
    public void TopLevel_WhenAFolderIsAdded_IsRefused() => Assert.Equal(["docs/"], Unnamed(["src/", ".github/", "docs/"]));

    [Fact]
    public void SourceProjects_WhenListed_HaveAShortReadme() => HouseRule.Holds(
        SourceProjects().SelectMany(project => ReadmeFaults(project, Repository.Files)),
        $"Each project of src has a README.md of five lines, at most {MostReadmeLines}: what it is, what is in it, where to start reading, what it must not know, how to test:");

    [Fact]
    public void SourceProjects_WhenTheReadmeIsMissingOrLong_AreRefused()
    {
        var lengthy = string.Concat(Enumerable.Repeat("A line.\n", MostReadmeLines + 1));

        Assert.Single(ReadmeFaults("src/A/", []));
        Assert.Single(ReadmeFaults("src/A/", [new TextFile("src/A/README.md", lengthy)]));
        Assert.Single(ReadmeFaults("src/A/", [new TextFile("src/A/README.md", "\n")]));
    }

    [Fact]
    public void SourceProjects_WhenListed_HaveTests() => HouseRule.Holds(
        SourceProjects().SelectMany(project => WithoutTests(project, Repository.Files)),
        "A project of src has no test project, or an empty one. Tests mirror src:");

    [Fact]
    public void SourceProjects_WhenNothingTestsThem_AreRefused()
    {
        Assert.Single(WithoutTests("src/A/", []));
        Assert.Empty(WithoutTests("src/A/", [new TextFile("tests/A.Tests/BTests.cs", "class BTests { [Fact] void C() { } }")]));
    }

    private static IEnumerable<string> SourceProjects() =>
        Repository.Under("src/").Select(file => $"src/{file.Path.Split('/')[1]}/").Distinct(StringComparer.Ordinal);

    private static IEnumerable<string> Unnamed(IEnumerable<string> names) => names.Where(name => !Named.Contains(name) && name[0] != '.');

    private static IEnumerable<string> ReadmeFaults(string project, IReadOnlyList<TextFile> files)
    {
        var readme = files.FirstOrDefault(file => file.Path == project + "README.md");
        var lines = readme?.Lines.Count(line => line.Trim().Length > 0) ?? 0;
        if (lines is 0 or > MostReadmeLines)
        {
            yield return $"{project}README.md: {(readme is null ? "missing" : $"{lines} lines")}";
        }
    }

    private static IEnumerable<string> WithoutTests(string project, IEnumerable<TextFile> files)
    {
        var tests = $"tests/{project.Split('/')[1]}.Tests/";
        if (!files.Any(file => file.IsCode && file.Path.StartsWith(tests, StringComparison.Ordinal) && file.Text.Contains("[Fact]", StringComparison.Ordinal)))
        {
            yield return tests;
        }
    }
}
