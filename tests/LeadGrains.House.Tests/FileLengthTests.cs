namespace LeadGrains.House.Tests;

public sealed class FileLengthTests
{
    private const int Most = 300;

    [Fact]
    public void SourceFiles_WhenMeasured_StayWithinTheBound() => HouseRule.Holds(
        Repository.SourceCode.SelectMany(Violations),
        $"A file of src is longer than {Most} lines. Split it where it has two reasons to change:");

    [Fact]
    public void SourceFiles_WhenOneLineTooLong_AreRefused()
    {
        Assert.Empty(Violations(Sample(Most)));
        Assert.Single(Violations(Sample(Most + 1)));
    }

    private static TextFile Sample(int lines) => new("src/Sample.cs", string.Concat(Enumerable.Repeat("// a line\n", lines)));

    private static IEnumerable<string> Violations(TextFile file)
    {
        if (file.Lines.Length > Most)
        {
            yield return $"{file.Path}: {file.Lines.Length} lines";
        }
    }
}
