using Grpc.Core;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Tests.Clients;
using LeadGrains.Host.Tests.Loading;
using LeadGrains.V1;

namespace LeadGrains.Host.Tests.Commands;

public sealed class ImportCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("leadgrains-tests-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Import_WhenAllIsRecorded_EndsWithZero()
    {
        await using var server = await LocalServer.StartAsync(new ScriptedIngest((_, _) => Task.CompletedTask));

        var ran = await ImportAsync(server, Lines(1_001), "--batch", "100");

        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.StartsWith("1,001 recorded, 0 duplicates, 0 rejected, 0 unreadable.", ran.Output, StringComparison.Ordinal);
    }

    // Each stream ends after two batches, as one does whose key has had its signals when it begins.
    [Fact]
    public async Task Import_WhenTheServerAsksToWait_SaysSoAndGoesOn()
    {
        var taken = 0;
        var limit = new Google.Rpc.Status { Code = (int)StatusCode.ResourceExhausted, Message = "The key has had its signals for now." };
        limit.Details.Add(Google.Protobuf.WellKnownTypes.Any.Pack(new Google.Rpc.RetryInfo { RetryDelay = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(TimeSpan.FromMilliseconds(20)) }));
        await using var server = await LocalServer.StartAsync(new ScriptedIngest((_, _) => taken++ % 3 == 2 ? throw limit.ToRpcException() : Task.CompletedTask));

        var ran = await ImportAsync(server, Lines(1_001), "--batch", "100");

        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.StartsWith("1,001 recorded, 0 duplicates, 0 rejected, 0 unreadable.", ran.Output, StringComparison.Ordinal);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(ran.Error, "The key has had its signals for now. The import waits"));
    }

    [Fact]
    public async Task Import_WhenSomeAreRejected_NamesTheirLinesAndEndsWithOne()
    {
        await using var server = await LocalServer.StartAsync(new ScriptedIngest((request, response) =>
        {
            response.Recorded--;
            response.Rejections.Add(new Rejection { Index = 4, Reason = RejectionReason.TooLong, Field = "type", Message = "at most 64 bytes" });
            return Task.CompletedTask;
        }));
        var lines = Lines(20);
        lines.Insert(2, "oops");

        var faults = Path.Combine(_folder.FullName, "faults.tsv");

        var ran = await ImportAsync(server, lines, "--batch", "10", "--faults", faults);

        Assert.Equal(
            ["3\tnot a signal", "6\ttoo long\ttype: at most 64 bytes", "16\ttoo long\ttype: at most 64 bytes"],
            (await File.ReadAllLinesAsync(faults, TestContext.Current.CancellationToken))
                .Select(line => line.StartsWith("3\t", StringComparison.Ordinal) ? string.Join('\t', line.Split('\t')[..2]) : line)
                .OrderBy(line => line.Length).ThenBy(line => line, StringComparer.Ordinal));
        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.StartsWith("18 recorded, 0 duplicates, 2 rejected, 1 unreadable.", ran.Output, StringComparison.Ordinal);
        Assert.Contains("line 3: ", ran.Output, StringComparison.Ordinal);
        Assert.Contains("line 6: type: at most 64 bytes", ran.Output, StringComparison.Ordinal);
        Assert.Contains("line 16: type: at most 64 bytes", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_WhenIdsHaveSpacesOrAnEMailIsNoAddress_RecordsThemAndSaysSo()
    {
        await using var server = await LocalServer.StartAsync(new ScriptedIngest((_, _) => Task.CompletedTask));
        var lines = Lines(3);
        lines.Add("""{"id":"a","type":"page_viewed","contactId":"ann ","email":"ann@acme.com"}""");
        lines.Add("""{"id":"b","type":"page_viewed","accountId":" acme"}""");
        lines.Add("""{"id":"c","type":"page_viewed","contactId":"bob","email":"n/a"}""");

        var ran = await ImportAsync(server, lines);

        Assert.Equal(ExitCode.Done, ran.ExitCode);
        Assert.StartsWith("6 recorded,", ran.Output, StringComparison.Ordinal);
        Assert.Contains("Mind: 2 lines, first line 4: a contactId or accountId that begins or ends with a space", ran.Output, StringComparison.Ordinal);
        Assert.Contains("Mind: 1 line, first line 6: an email that is no address, which finds no account.", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_WhenTheServerStops_SaysHowToGoOn()
    {
        await using var server = await LocalServer.StartAsync(new ScriptedIngest((request, _) =>
            request.Batch == 3 ? throw new RpcException(new Status(StatusCode.Unavailable, "draining")) : Task.CompletedTask));

        var ran = await ImportAsync(server, Lines(100), "--batch", "10");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("Until then: 20 recorded", ran.Error, StringComparison.Ordinal);
        Assert.Contains("takes no calls at the moment: draining.", ran.Error, StringComparison.Ordinal);
    }

    private static List<string> Lines(int count) =>
        [.. Enumerable.Range(1, count).Select(i => $$"""{"id":"{{i}}","type":"page_viewed","contactId":"c-{{i}}"}""")];

    private async Task<CommandRun> ImportAsync(LocalServer server, List<string> lines, params string[] more)
    {
        var file = Path.Combine(_folder.FullName, "signals.jsonl");
        await File.WriteAllLinesAsync(file, lines, TestContext.Current.CancellationToken);
        return await CommandRun.OfAsync(TestContext.Current.CancellationToken, ["import", file, "--server", server.Address.ToString(), .. more]);
    }
}
