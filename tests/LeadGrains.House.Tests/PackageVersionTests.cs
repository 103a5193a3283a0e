using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LeadGrains.House.Tests;

public sealed partial class PackageVersionTests
{
    [Fact]
    public void Versions_WhenDeclared_AreExact() => HouseRule.Holds(
        Inexact(Repository.File("Directory.Packages.props")),
        "A package version can drift. Pin it as [x.y.z]:");

    [Fact]
    public void Versions_WhenAProjectReferencesAPackage_StandInOnePlace() => HouseRule.Holds(
        Repository.Files.Where(IsBuildFile).SelectMany(Local),
        "A project names a package version of its own. Move it to Directory.Packages.props:");

    [Theory]
    [InlineData("1.2.3")]
    [InlineData("[1.2.3,)")]
    [InlineData("1.*")]
    [InlineData("")]
    public void Versions_WhenTheyMayFloat_AreRefused(string version) =>
        Assert.Single(Inexact(new TextFile("Directory.Packages.props", $"<Project><PackageVersion Include=\"A\" Version=\"{version}\" /></Project>")));

    [Theory]
    [InlineData("<PackageReference Include=\"A\" Version=\"[1.2.3]\" />")]
    [InlineData("<PackageReference Include=\"A\"><Version>1.2.3</Version></PackageReference>")]
    [InlineData("<PackageReference Include=\"A\" VersionOverride=\"1.2.3\" />")]
    public void Versions_WhenInAProject_AreRefused(string reference) =>
        Assert.Single(Local(new TextFile("src/A/A.csproj", $"<Project>{reference}</Project>")));

    private static bool IsBuildFile(TextFile file) =>
        Path.GetExtension(file.Name) is ".csproj" or ".props" or ".targets" && file.Path != "Directory.Packages.props";

    private static IEnumerable<string> Inexact(TextFile file) =>
        from package in XDocument.Parse(file.Text).Descendants("PackageVersion")
        let version = package.Attribute("Version")?.Value ?? ""
        where !Exact().IsMatch(version)
        select $"{file.Path}: {package.Attribute("Include")?.Value} {version}";

    private static IEnumerable<string> Local(TextFile file) =>
        from package in XDocument.Parse(file.Text).Descendants("PackageReference")
        where package.Attribute("Version") is not null || package.Attribute("VersionOverride") is not null || package.Element("Version") is not null
        select $"{file.Path}: {package.Attribute("Include")?.Value}";

    [GeneratedRegex(@"^\[\d+(\.\d+){2,3}(-[0-9A-Za-z.]+)?\]$")]
    private static partial Regex Exact();
}
