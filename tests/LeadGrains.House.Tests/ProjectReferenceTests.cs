using System.Xml.Linq;

namespace LeadGrains.House.Tests;

public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["LeadGrains.Scoring"] = [],
        ["LeadGrains.Grpc"] = [],
        ["LeadGrains.Grains"] = ["LeadGrains.Scoring"],
        ["LeadGrains.Storage"] = ["LeadGrains.Grains"],
        ["LeadGrains.Cluster"] = ["LeadGrains.Grains", "LeadGrains.Grpc"],
        ["LeadGrains.Gateway"] = ["LeadGrains.Grains", "LeadGrains.Scoring", "LeadGrains.Grpc"],
        ["LeadGrains.Host"] =
        [
            "LeadGrains.Scoring", "LeadGrains.Grpc", "LeadGrains.Grains",
            "LeadGrains.Storage", "LeadGrains.Cluster", "LeadGrains.Gateway",
        ],
    };

    [Fact]
    public void References_WhenReadFromTheProjects_AreTheDesigns() => HouseRule.Holds(
        Repository.Projects.Where(project => project.Path.StartsWith("src/", StringComparison.Ordinal)).SelectMany(Violations),
        "A project names another that the layering does not give it. Remove the reference, and move the code to where its words belong:");

    [Fact]
    public void References_WhenScoringNamesGrains_AreRefused()
    {
        var project = new TextFile(
            "src/LeadGrains.Scoring/LeadGrains.Scoring.csproj",
            """<Project><ItemGroup><ProjectReference Include="..\LeadGrains.Grains\LeadGrains.Grains.csproj" /></ItemGroup></Project>""");

        Assert.Single(Violations(project));
    }

    [Fact]
    public void References_WhenTheProjectIsUnknown_AreRefused() =>
        Assert.Single(Violations(new TextFile("src/LeadGrains.Extra/LeadGrains.Extra.csproj", "<Project />")));

    [Fact]
    public void Projects_WhenOnDisk_AreInTheSolution() => HouseRule.Holds(
        OutsideSolution(Repository.Projects, Repository.File("LeadGrains.sln").Text),
        "A project outside the solution is neither built nor tested. Add it with 'dotnet sln add':");

    [Fact]
    public void Projects_WhenNotInTheSolution_AreRefused() =>
        Assert.Single(OutsideSolution([new TextFile("tests/A.Tests/A.Tests.csproj", "<Project />")], @"""tests\B.Tests\B.Tests.csproj"""));

    private static IEnumerable<string> Violations(TextFile project)
    {
        var name = Path.GetFileNameWithoutExtension(project.Path);
        if (!Allowed.TryGetValue(name, out var allowed))
        {
            yield return $"{project.Path}: a project that the design does not name";
            yield break;
        }

        foreach (var reference in XDocument.Parse(project.Text).Descendants("ProjectReference"))
        {
            var target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'));
            if (!allowed.Contains(target))
            {
                yield return $"{project.Path}: {name} → {target}";
            }
        }
    }

    private static IEnumerable<string> OutsideSolution(IEnumerable<TextFile> projects, string solution) =>
        from project in projects
        where !solution.Replace('\\', '/').Contains($"\"{project.Path}\"", StringComparison.Ordinal)
        select project.Path;
}
