using LeadGrains.EndToEnd.Tests.Processes;

namespace LeadGrains.EndToEnd.Tests;

public sealed class DemoTests
{
    [Fact]
    public async Task Demo_WhenRun_ShowsARankedTableAndAnExplanation()
    {
        var (exitCode, output) = await Command.RunAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken, "demo");

        Assert.True(exitCode == 0, output);
        Assert.Matches(@"(?m)^ *# +account +name +total ", output);
        Assert.Matches(@"(?m)^ *1 +\S+ .*\b[A-D][1-4]\b", output);
        Assert.Matches(@"(?m)^of +what +rule +group +contact +points ", output);
        Assert.Matches(@"(?m)^Sum: fit ([0-9.]+) of \1, intent points ([0-9.]+) of \2\.$", output);
        // Its free-mail people are contacts without a company.
        Assert.DoesNotContain("gmail.com", output, StringComparison.OrdinalIgnoreCase);
    }
}
