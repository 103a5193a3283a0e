using System.Text.Json;
using LeadGrains.EndToEnd.Tests.Processes;

namespace LeadGrains.EndToEnd.Tests.Interop;

/// <summary>Clients that nobody here wrote, on the protos as they are. What they check is in client.js and client.py.</summary>
public sealed class InteropTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NodeClient_WhenItCallsTheServer_FindsTheProtocolWhole()
    {
        await OtherPrograms.RequireNodeAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);

        await using var client = RunningProcess.Start("node", ["client.js", server.Grpc.Authority, RepositoryFiles.Protos], RepositoryFiles.Interop);

        await EndsWellAsync(client);
    }

    [Fact]
    public async Task PythonClient_WhenItCallsTheServer_FindsTheProtocolWhole()
    {
        await OtherPrograms.RequirePythonGrpcAsync();
        using var data = new TempFolder();
        using var generated = new TempFolder();
        await GenerateMessagesAsync(generated.Path);
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);

        await using var client = RunningProcess.Start(OtherPrograms.Python, ["client.py", server.Grpc.Authority, generated.Path], RepositoryFiles.Interop);

        await EndsWellAsync(client);
    }

    [Fact]
    public async Task BufCurl_WhenItCallsTheServer_GetsAnswersAndStatus()
    {
        var buf = BufCurl.ByProtos(await OtherPrograms.RequireBufAsync());
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);

        var recorded = Assert.Single(await buf.CallAsync(
            server.Grpc, "IngestService/RecordSignals", """{"signals": [""" + Signal("b1") + "," + Signal("b2", type: "") + """], "ackLevel": "ACK_LEVEL_RANKED"}"""));
        Assert.Equal(1, recorded.GetProperty("recorded").GetInt32());
        Assert.Equal("type", recorded.GetProperty("rejections")[0].GetProperty("field").GetString());

        var batches = Enumerable.Range(1, 20).Select(batch => $$"""{"batch": {{batch}}, "signals": [{{Signal($"b-{batch}")}}]}""");
        var answers = await buf.CallAsync(server.Grpc, "IngestService/StreamSignals", string.Join('\n', batches));
        Assert.Equal(Enumerable.Range(1, 20).Select(batch => $"{batch}"), answers.Select(answer => answer.GetProperty("batch").GetString()));

        await buf.CallAsync(
            server.Grpc, "ContactService/UpsertContacts", """{"contacts": [{"contactId": "buf-ann", "traits": {"title": "Chief"}}], "ackLevel": "ACK_LEVEL_RANKED"}""");
        var ranked = Assert.Single(await buf.CallAsync(server.Grpc, "RankingService/RankAccounts", "{}"));
        Assert.Equal("buf-acme.com", Assert.Single(ranked.GetProperty("accounts").EnumerateArray()).GetProperty("accountId").GetString());

        var explained = Assert.Single(await buf.CallAsync(server.Grpc, "ContactService/ExplainContact", """{"contactId": "buf-ann"}"""));
        Assert.Equal(21, Part(explained, "demo").GetProperty("count").GetInt32());
        Assert.Equal(60, Part(explained, "senior").GetProperty("points").GetDouble());

        var tooMany = $$"""{"signals": [{{string.Join(',', Enumerable.Range(0, 10_001).Select(i => Signal($"many-{i}")))}}]}""";
        Assert.Equal("invalid_argument", await buf.FailAsync(server.Grpc, "IngestService/RecordSignals", tooMany));
        Assert.Equal("not_found", await buf.FailAsync(server.Grpc, "AccountService/GetAccount", """{"accountId": "nobody"}"""));
        Assert.Equal("invalid_argument", await buf.FailAsync(server.Grpc, "ModelService/PreviewModel", "{}"));
    }

    private static string Signal(string id, string type = "demo_requested") =>
        $$"""{"id": "{{id}}", "type": "{{type}}", "contactId": "buf-ann", "email": "ann@buf-acme.com"}""";

    private static JsonElement Part(JsonElement explained, string rule) =>
        explained.GetProperty("parts").EnumerateArray().Single(part => part.GetProperty("rule").GetString() == rule);

    private static async Task EndsWellAsync(RunningProcess client)
    {
        var exitCode = await client.WaitAsync(Limit, Cancelled);
        Assert.True(exitCode == 0, client.Output);
        Assert.EndsWith("8 checks held\n", client.Output, StringComparison.Ordinal);
    }

    private static async Task GenerateMessagesAsync(string folder)
    {
        string[] folders = [Path.Combine("leadgrains", "v1"), Path.Combine("google", "api"), Path.Combine("google", "rpc")];
        var protos = folders.SelectMany(each => Directory.GetFiles(Path.Combine(RepositoryFiles.Protos, each), "*.proto"));
        await using var protoc = RunningProcess.Start("protoc", ["-I", RepositoryFiles.Protos, "--python_out", folder, .. protos]);
        Assert.True(await protoc.WaitAsync(Limit, Cancelled) == 0, protoc.Output);
    }
}
