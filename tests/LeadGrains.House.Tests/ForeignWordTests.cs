using System.Text.RegularExpressions;

namespace LeadGrains.House.Tests;

public sealed partial class ForeignWordTests
{
    // The samples are written in pieces, so that this file does not hold what it looks for.
    [Fact]
    public void Files_WhenRead_SpeakOnlyOfTheProduct() => HouseRule.Holds(
        Repository.Files.Where(IsText).SelectMany(Violations),
        "A file speaks of a machine's paths, or of how it came to be. State the fact itself; paths are relative to the repository:");

    [Fact]
    public void LockFiles_WhenRead_NameNoHost() => HouseRule.Holds(
        Repository.Files.Where(file => file.Name == "package-lock.json").SelectMany(Hosts),
        "A lock file names the host that it was made against. Write it again with 'npm install --omit-lockfile-registry-resolved':");

    [Theory]
    [InlineData("see /wo" + "rk/notes.md")]
    [InlineData("cd /ro" + "ot/here")]
    [InlineData("path = /ho" + "me/anna/repo")]
    [InlineData("written to /tm" + "p/run-12/log")]
    [InlineData("comes with iss" + "ue C")]
    [InlineData("as iss" + "ue #12 says")]
    [InlineData("by a sub" + "agent")]
    public void Files_WhenTheySpeakOfOtherThings_AreRefused(string line) => Assert.Single(Violations(new TextFile("README.md", line)));

    [Theory]
    [InlineData("the issue at hand")]
    [InlineData("src/worker/")]
    [InlineData("a network/framework choice")]
    public void Files_WhenTheWordsAreOrdinary_AreFine(string line) => Assert.Empty(Violations(new TextFile("README.md", line)));

    [Fact]
    public void LockFiles_WhenTheyNameAHost_AreRefused() =>
        Assert.Single(Hosts(new TextFile("package-lock.json", "\"resol" + "ved\": \"https://registry.example/a.tgz\"")));

    private static bool IsText(TextFile file) =>
        Path.GetExtension(file.Name) is ".cs" or ".md" or ".yaml" or ".yml" or ".proto" or ".csproj" or ".props" or ".targets" or ".json"
            or ".js" or ".mjs" or ".py" or ".sh" or ".sql" or ".txt" or ".editorconfig" or ".gitignore" or "";

    private static IEnumerable<string> Violations(TextFile file) =>
        from line in file.Lines.Index()
        where Foreign().IsMatch(line.Item)
        select $"{file.Path}:{line.Index + 1}: {line.Item.Trim()}";

    private static IEnumerable<string> Hosts(TextFile file) =>
        from line in file.Lines.Index()
        where line.Item.Contains("\"resol" + "ved\":", StringComparison.Ordinal)
        select $"{file.Path}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(@"(?<![\w.])/(wo" + @"rk|ro" + @"ot|ho" + @"me/\w+)/|/tm" + @"p/[a-z]+-?[0-9]|\b[Ii]ss" + @"ue (#?\d+|[A-G])\b|sub" + "agent")]
    private static partial Regex Foreign();
}
