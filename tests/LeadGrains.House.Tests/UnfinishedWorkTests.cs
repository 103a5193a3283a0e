using System.Text.RegularExpressions;

namespace LeadGrains.House.Tests;

public sealed partial class UnfinishedWorkTests
{
    // Written in pieces, so that this file does not hold what it looks for.
    private const string Later = "TO" + "DO", Mend = "FIX" + "ME", Trick = "HA" + "CK", Missing = "NotImplemented" + "Exception", Skipped = "Skip" + " = \"";

    [Fact]
    public void Code_WhenRead_IsFinished() => HouseRule.Holds(
        Repository.SourceCode.Concat(Repository.TestCode).SelectMany(Violations),
        "A mark of unfinished work. Finish it, or leave it out and say so where the work is planned:");

    [Theory]
    [InlineData("// " + Later + ": count again")]
    [InlineData("// " + Mend)]
    [InlineData("/* " + Trick + " */")]
    [InlineData("throw new " + Missing + "();")]
    [InlineData("[Fact(" + Skipped + "slow\")]")]
    public void Code_WhenAMarkIsLeft_IsRefused(string line) => Assert.Single(Violations(new TextFile("src/A.cs", line)));

    [Fact]
    public void Code_WhenTheLettersAreInsideAWord_IsFine() => Assert.Empty(Violations(new TextFile("src/A.cs", "var SHACKLE = 1;")));

    private static IEnumerable<string> Violations(TextFile file) =>
        from line in file.Lines.Index()
        where Marks().IsMatch(line.Item)
        select $"{file.Path}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(@"\b(TO" + "DO|FIX" + "ME|HA" + "CK|XX" + @"X)\b|NotImplemented" + @"Exception|\bSkip\s*=\s*""")]
    private static partial Regex Marks();
}
