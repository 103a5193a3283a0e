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
        Assert.Contains("The model x is fine: 0 rules in 1 groups", ran.Output, StringComparison.Ordinal);
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
