using System.Globalization;
using System.Text.RegularExpressions;
using LeadGrains.EndToEnd.Tests.Processes;

namespace LeadGrains.EndToEnd.Tests.Json;

public sealed partial class DocumentTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [GeneratedRegex(@"(\d+) operations, (\d+) well\n$")]
    private static partial Regex LastLine { get; }

    [Fact]
    public async Task Document_WhenOthersReadIt_IsValidAndTrue()
    {
        await OtherPrograms.RequireNodeAsync();
        OtherPrograms.RequireSchemaValidators();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);

        await using var node = RunningProcess.Start(
            "node", [Path.Combine(RepositoryFiles.Root, "tests", "LeadGrains.EndToEnd.Tests", "Json", "document.js"), server.Http.GetLeftPart(UriPartial.Authority), OtherPrograms.NodeModules]);

        Assert.True(await node.WaitAsync(TimeSpan.FromMinutes(2), Cancelled) == 0, node.Output);
        var end = LastLine.Match(node.Output);
        Assert.True(end.Success, node.Output);

        // Some ask for what the examples cannot give, such as a shadow to compare with or a webhook by its id.
        var (all, well) = (int.Parse(end.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(end.Groups[2].Value, CultureInfo.InvariantCulture));
        Assert.True(all >= 24 && well * 3 >= all * 2, node.Output);
    }
}
