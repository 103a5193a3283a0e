using LeadGrains.Host.Commands;
using LeadGrains.Scoring;
using LeadGrains.Testing;

namespace LeadGrains.Host.Tests.Commands;

public sealed class ModelCommandTests
{
    [Fact]
    public async Task Check_WhenTheModelIsFaulty_TellsEachPlaceAndFails()
    {
        var ran = await CheckAsync("name: x\ncolour: red\nintent: {half_point: 0}\n");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("model.yaml(2,1): a model has no key `colour`", ran.Error, StringComparison.Ordinal);
        Assert.Contains("model.yaml(3,22): `half_point` must be above 0", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhenTheModelIsOdd_HintsAndSucceeds()
    {
        var ran = await CheckAsync("name: x\ngroups: {idle: {half_life: 1d}}\n");

        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.Contains("Hint: the group \"idle\" has no rule.", ran.Output, StringComparison.Ordinal);
        Assert.Contains("The model x is fine: 0 rules in 1 group, 0 stages of contacts and 0 of accounts.", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_WhenThereAreSeveral_TellsOfEachAndFailsForOne()
    {
        using var folder = new TempFolder();
        var sound = Path.Combine(folder.Path, "sound.yaml");
        var faulty = Path.Combine(folder.Path, "faulty.yaml");
        await File.WriteAllTextAsync(sound, "name: x\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(faulty, "name: y\ncolour: red\n", TestContext.Current.CancellationToken);

        var both = await CommandRun.OfAsync($"model check {faulty} {sound}");
        var twice = await CommandRun.OfAsync($"model check {sound} {sound}");

        Assert.Equal(ExitCode.Failed, both.ExitCode);
        Assert.Contains("faulty.yaml(2,1): a model has no key `colour`", both.Error, StringComparison.Ordinal);
        Assert.Contains($"{sound}: The model x is fine: ", both.Output, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Done, 2), (twice.ExitCode, twice.Output.Split("is fine").Length - 1));
    }

    [Fact]
    public async Task Docs_WhenTheModelIsFaulty_TellsEachPlaceAndWritesNothing()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "model.yaml");
        await File.WriteAllTextAsync(path, "name: x\ncolour: red\nintent: {half_point: 0}\n", TestContext.Current.CancellationToken);

        var ran = await CommandRun.OfAsync($"model docs {path}");

        Assert.Equal((ExitCode.Failed, ""), (ran.ExitCode, ran.Output));
        Assert.Contains("model.yaml(2,1): a model has no key `colour`", ran.Error, StringComparison.Ordinal);
        Assert.Contains("model.yaml(3,22): `half_point` must be above 0", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("model publish --version abc", "'abc' is no whole number from 1")]
    [InlineData("model preview --version 0", "'0' is no whole number from 1")]
    [InlineData("signals ann --page-size x", "'x' is no whole number from 1 to 1,000.")]
    [InlineData("rank accounts --min-fit x", "'x' is no number from 0 to 100.")]
    [InlineData("rank accounts --min-total 101", "'101' is no number from 0 to 100.")]
    public async Task Run_WhenANumberIsNone_SaysWhatWouldBeRight(string command, string expected)
    {
        var ran = await CommandRun.OfAsync(command);

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains(expected, ran.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Docs_WithoutAFile_WritesTheDefaultModels()
    {
        var ran = await CommandRun.OfAsync("model docs");

        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.Equal(ModelDocument.Write(DefaultModel.Model), ran.Output);
    }

    [Theory]
    [InlineData("model docs nowhere.yaml")]
    [InlineData("model check nowhere.yaml")]
    public async Task Run_WhenThereIsNoFile_SaysSo(string command)
    {
        var ran = await CommandRun.OfAsync(command);

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("There is no model file nowhere.yaml.", ran.Error, StringComparison.Ordinal);
    }

    private static async Task<CommandRun> CheckAsync(string yaml)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "model.yaml");
        await File.WriteAllTextAsync(path, yaml, TestContext.Current.CancellationToken);
        return await CommandRun.OfAsync($"model check {path}");
    }
}
