using System.Text.Json;
using LeadGrains.Host.Commands;

namespace LeadGrains.Host.Tests.Commands;

/// <summary><c>leadgrains model</c> against a real server.</summary>
public sealed class ServedModelCommandTests : IAsyncLifetime
{
    // 60 points are half of what intent can be, and a demo brings them: a total of 50 at once. By the default model, 70
    // points and a weight of 0.6 make 33.3.
    private const string Pilot =
        """
        name: pilot
        total: {fit: 0, intent: 1}
        intent: {half_point: 60}
        groups: {web: {half_life: 3650d}}
        rules: [{name: demo, label: Asked for a demo, signal: demo_requested, group: web, points: 60}]
        stages: {contact: [{name: nurture}, {name: hot, total: {enter: 40, leave: 30}}], account: [{name: aware}]}
        """;

    private ServedFolder? _server;

    private string PilotFile => _server!.In("pilot.yaml");

    public async ValueTask InitializeAsync()
    {
        _server = await ServedFolder.StartAsync();
        var signals = _server!.In("signals.jsonl");
        await File.WriteAllTextAsync(PilotFile, Pilot, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(signals, """{"id":"1","type":"demo_requested","contactId":"ann"}""", TestContext.Current.CancellationToken);
        var imported = await RunAsync($"import {signals}");
        Assert.Equal(ExitCode.Done, imported.ExitCode);
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task Preview_WhenTheModelIsSound_ShowsStagesAndMovesAndChangesNothing()
    {
        var shown = await RunAsync($"model preview {PilotFile}");
        using var json = JsonDocument.Parse((await RunAsync($"model preview {PilotFile} --json")).Output);

        Assert.Equal(ExitCode.Done, shown.ExitCode);
        Assert.Matches(@"hot +0 +1 +\+1\b", shown.Output);
        Assert.Matches(@"nurture +1 +0 +-1\b", shown.Output);
        Assert.Matches(@"ann +33\.3 +50\.0 +nurture +hot", shown.Output);
        Assert.Contains("No account's total moves.", shown.Output, StringComparison.Ordinal);
        Assert.Empty(shown.Error);
        Assert.DoesNotContain("\n\n\n", shown.Output, StringComparison.Ordinal);
        Assert.False(shown.Output.EndsWith("\n\n", StringComparison.Ordinal));
        Assert.Equal("ann", json.RootElement.GetProperty("contactMoves")[0].GetProperty("id").GetString());
        Assert.Equal(1, await ActiveAsync());
    }

    [Fact]
    public async Task Preview_WhenTheModelHasNoStages_SaysSo()
    {
        var file = _server!.In("flat.yaml");
        await File.WriteAllTextAsync(file, "name: flat\n", TestContext.Current.CancellationToken);

        var shown = await RunAsync($"model preview {file}");

        Assert.Matches(@"\(no stage\) +0 +1 +\+1\b", shown.Output);
        Assert.Matches(@"ann +33\.3 +0\.0 +nurture +\(no stage\)", shown.Output);
    }

    [Theory]
    [InlineData("preview")]
    [InlineData("publish")]
    [InlineData("shadow start")]
    public async Task Run_WhenTheDocumentIsFaulty_TellsTheLineAndTheColumnAndFails(string command)
    {
        var file = _server!.In("faulty.yaml");
        await File.WriteAllTextAsync(file, "name: x\ncolour: red\nintent: {half_point: 0}\n", TestContext.Current.CancellationToken);

        var ran = await RunAsync($"model {command} {file}");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Matches(@"(faulty\.yaml\(2,1\)|line 2, column 1): a model has no key `colour`", ran.Error);
        Assert.Matches(@"(faulty\.yaml\(3,22\)|line 3, column 22): `half_point` must be above 0", ran.Error);
        Assert.Equal(1, await ActiveAsync());
    }

    [Fact]
    public async Task Publish_WhenDoneAndUndone_SaysWhatIsActive()
    {
        var published = await CommandRun.OfAsync(
            TestContext.Current.CancellationToken,
            "model", "publish", PilotFile, "--comment", "for the pilot", "--by", "ann", "--server", $"{_server!.GrpcAddress}");
        var listed = await RunAsync("model list");
        var ranked = await RunAsync("rank contacts");
        var again = await RunAsync($"model publish {PilotFile} --silent");
        var back = await CommandRun.OfAsync(
            TestContext.Current.CancellationToken,
            "model", "publish", "--version", "1", "--comment", "too many leads", "--by", "bob", "--server", $"{_server!.GrpcAddress}");
        var relisted = await RunAsync("model list");

        Assert.Equal(ExitCode.Done, published.ExitCode);
        Assert.Matches(@"^Version 2 is active now: [1-9]\d* entr(y|ies) in \d+\.\d s, [\d,]+/s\.\n$", published.Output);
        Assert.Empty(published.Error);
        Assert.Matches(@"2 +active +\S+Z +ann +for the pilot *\n *1 +\S+Z +serve +The default model *\n", listed.Output);
        Assert.Matches(@"2 +\S+Z +ann +for the pilot *\n *1 +active +\S+Z +serve +The default model +\S+Z +bob +too many leads\n", relisted.Output);
        Assert.Contains("50.0", ranked.Output, StringComparison.Ordinal);
        Assert.Equal("Nothing changed: version 2 is active already.", again.Output.Trim());
        Assert.StartsWith("Version 1 is active now: ", back.Output, StringComparison.Ordinal);
        Assert.Contains("33.3", (await RunAsync("rank contacts")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publish_AsJson_PrintsTheAnswerAlone()
    {
        var ran = await RunAsync($"model publish {PilotFile} --json");

        using var json = JsonDocument.Parse(ran.Output);
        Assert.Equal(2, json.RootElement.GetProperty("model").GetProperty("version").GetInt32());
        Assert.Empty(ran.Error);
    }

    [Fact]
    public async Task Publish_WhenThereIsNoSuchVersion_SaysWhichIsActive()
    {
        var ran = await RunAsync("model publish --version 7");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("There is no model of version 7. The active one is 1.", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shadow_WhenStarted_RanksAndComparesAndLeavesTheActiveModelAlone()
    {
        var started = await RunAsync($"model shadow start {PilotFile}");
        var listed = await RunAsync("model list");
        var active = await RunAsync("rank contacts");
        var shadow = await RunAsync("rank contacts --shadow");
        var accounts = await RunAsync("rank accounts --shadow");
        var compared = await RunAsync("model shadow compare");
        using var json = JsonDocument.Parse((await RunAsync("model shadow compare --json")).Output);

        Assert.StartsWith("The shadow model scores now: ", started.Output, StringComparison.Ordinal);
        Assert.Contains("The shadow model pilot scores beside it.", listed.Output, StringComparison.Ordinal);
        Assert.Contains("33.3", active.Output, StringComparison.Ordinal);
        Assert.Matches(@"ann +50\.0 ", shadow.Output);
        Assert.Contains("stages are those that are held now", shadow.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("held now", active.Output, StringComparison.Ordinal);
        Assert.Contains("Stages of the shadow are those that publishing it would lead to", compared.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Done, accounts.ExitCode);
        Assert.Matches(@"ann +33\.3 +50\.0 +nurture +hot", compared.Output);
        Assert.Equal("1", json.RootElement.GetProperty("contactStages").GetProperty("hot").GetProperty("then").GetString());
        Assert.Equal(1, await ActiveAsync());
    }

    [Theory]
    [InlineData("model shadow compare")]
    [InlineData("rank contacts --shadow")]
    public async Task Shadow_WhenStopped_IsMissed(string command)
    {
        await RunAsync($"model shadow start {PilotFile}");
        var stopped = await RunAsync("model shadow stop");

        var ran = await RunAsync(command);

        Assert.Equal("The shadow model has been stopped.", stopped.Output.Trim());
        Assert.Equal("There was no shadow model to stop.", (await RunAsync("model shadow stop")).Output.Trim());
        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("shadow", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Load_WhenTheModelDisqualifies_IsVerifiedWithoutADifference()
    {
        var model = _server!.In("strict.yaml");
        var document = Pilot + """

            fit: {contact: [{name: boss, label: Boss, trait: title, contains: [chief], points: 60}]}
            disqualify:
              - {name: student, trait: title, contains: [student], reason: Student}
              - {name: customer, of: account, trait: segment, in: [customer], reason: Customer already}
            """;
        await File.WriteAllTextAsync(model, document, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Done, (await RunAsync($"model publish {model}")).ExitCode);

        var ran = await RunAsync("load --signals 10000 --contacts 400 --accounts 60 --batch 200 --seed 3 --verify");
        using var contacts = JsonDocument.Parse((await RunAsync("rank contacts --include-disqualified --limit 1000 --json")).Output);
        using var ranked = JsonDocument.Parse((await RunAsync("rank contacts --limit 1000 --json")).Output);

        Assert.True(ran.ExitCode == ExitCode.Done, ran.Output + ran.Error);
        Assert.Contains(" 0 differences", ran.Output, StringComparison.Ordinal);
        Assert.InRange(
            contacts.RootElement.GetProperty("contacts").GetArrayLength() - ranked.RootElement.GetProperty("contacts").GetArrayLength(), 50, 350);
    }

    private async Task<int> ActiveAsync()
    {
        using var json = JsonDocument.Parse((await RunAsync("model list --json")).Output);
        return json.RootElement.GetProperty("activeVersion").GetInt32();
    }

    private Task<CommandRun> RunAsync(string command) => CommandRun.OfAsync($"{command} --server {_server!.GrpcAddress}");
}
