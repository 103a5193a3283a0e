using System.IO.Compression;
using System.Text;
using System.Text.Json;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.EndToEnd.Tests.Tls;

namespace LeadGrains.EndToEnd.Tests.Json;

/// <summary>The API by HTTP and JSON, with nothing but curl.</summary>
public sealed class CurlTests
{
    private const string Json = "content-type: application/json";
    private const string Signal = """{"signals": [{"id": "1", "type": "demo_requested", "contactId": "https://x/y", "email": "ann@acme.com"}], "ackLevel": "ACK_LEVEL_RANKED"}""";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verbs_WhenCalledByCurl_AreAnswered()
    {
        await OtherPrograms.RequireCurlAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        var api = new Uri(server.Http, "/v1/").ToString();

        var recorded = await Curl.CallAsync(api + "signals", "-H", Json, "-d", Signal);
        var contact = await Curl.CallAsync(api + "contacts/https%3A%2F%2Fx%2Fy");
        var explained = await Curl.CallAsync(api + "contacts/https%3A%2F%2Fx%2Fy:explain");
        var merged = await Curl.CallAsync(api + "contacts/https%3A%2F%2Fx%2Fy:merge", "-H", Json, "-d", """{"fromContactId": "cookie"}""");
        var ranked = await Curl.CallAsync(api + "accounts:rank?page_size=1");
        var stopped = await Curl.CallAsync(api + "models:stopShadow", "-X", "POST");

        Assert.All(new[] { recorded, contact, explained, merged, ranked, stopped }, answer => Assert.True(answer.Status == 200, answer.Body));
        Assert.Equal(1, JsonDocument.Parse(recorded.Body).RootElement.GetProperty("recorded").GetInt32());
        Assert.Equal("acme.com", JsonDocument.Parse(contact.Body).RootElement.GetProperty("contact").GetProperty("accountId").GetString());
        Assert.NotEqual(0, JsonDocument.Parse(explained.Body).RootElement.GetProperty("parts").GetArrayLength());
        Assert.Equal("MERGE_OUTCOME_ID_LEADS", JsonDocument.Parse(merged.Body).RootElement.GetProperty("outcome").GetString());
        Assert.Equal("acme.com", JsonDocument.Parse(ranked.Body).RootElement.GetProperty("accounts")[0].GetProperty("accountId").GetString());
    }

    [Theory]
    [InlineData("GET", "contacts/nobody", null, "", 404, 5)]
    [InlineData("GET", "nothing", null, "", 404, 5)]
    [InlineData("DELETE", "contacts/ann", null, "", 405, 12)]
    [InlineData("POST", "signals", "{", Json, 400, 3)]
    [InlineData("POST", "signals", "{\"signalz\": []}", Json, 400, 3)]
    [InlineData("POST", "signals", "{}", "content-type: text/plain", 415, 3)]
    [InlineData("GET", "contacts:rank?page_size=many", null, "", 400, 3)]
    [InlineData("POST", "models:compareShadow", "{}", Json, 400, 9)]
    public async Task Faults_WhenCalledByCurl_AreJson(string method, string path, string? body, string header, int status, int code)
    {
        await OtherPrograms.RequireCurlAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);

        var answer = await Curl.CallAsync(new Uri(server.Http, "/v1/" + path).ToString(), ["-X", method, .. body is null ? Array.Empty<string>() : ["-H", header, "-d", body]]);

        Assert.True(status == answer.Status, answer.Body);
        Assert.Equal(code, JsonDocument.Parse(answer.Body).RootElement.GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Bodies_WhenTheyAreLong_AreRefusedWhatTheyUnpackTo()
    {
        await OtherPrograms.RequireCurlAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        var signals = new Uri(server.Http, "/v1/signals").ToString();
        var (small, bomb) = (data.At("small.gz"), data.At("bomb.gz"));
        await PackAsync(small, Signal);
        await PackAsync(bomb, new string(' ', 64 << 20));

        var taken = await Curl.CallAsync(signals, "-H", Json, "-H", "content-encoding: gzip", "--data-binary", "@" + small);
        var refused = await Curl.CallAsync(signals, "-H", Json, "-H", "content-encoding: gzip", "--data-binary", "@" + bomb);

        Assert.True(taken.Status == 200, taken.Body);
        Assert.True(refused.Status == 413, refused.Body);
    }

    [Fact]
    public async Task Streams_WhenCalledByCurl_AreLines()
    {
        await OtherPrograms.RequireCurlAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);
        var lines = string.Concat(Enumerable.Range(1, 200).Select(i =>
            $$"""{"batch": {{i}}, "signals": [{"id": "{{i}}", "type": "demo_requested", "contactId": "ann", "email": "ann@acme.com"}]}""" + "\n"));

        var sent = await Curl.SendAsync(new Uri(server.Http, "/v1/signals:stream").ToString(), lines, "-H", "content-type: application/x-ndjson", "-T", "-", "-X", "POST");
        var watched = await Curl.CallAsync(new Uri(server.Http, "/v1/stages:watch?from_start=true").ToString(), "-N", "-H", "grpc-timeout: 2S");

        Assert.True(sent.Status == 200, sent.Body);
        Assert.Equal(Enumerable.Range(1, 200).Select(i => $"{i}"), Curl.Lines(sent.Body).Select(answer => answer.GetProperty("batch").GetString()));
        var told = Curl.Lines(watched.Body);
        Assert.NotEqual("", told[0].GetProperty("resumeToken").GetString());
        Assert.Equal(4, told[^1].GetProperty("error").GetProperty("code").GetInt32());
    }

    [Fact]
    public async Task Api_WhenTheEndpointHasTls_IsAnsweredOverHttp1AndHttp2()
    {
        await OtherPrograms.RequireCurlAsync();
        await using var server = await TlsServer.StartAsync(asksForCertificate: false);
        var models = new Uri(server.Address, "/v1/models").ToString();
        foreach (var version in new[] { "1.1", "2" })
        {
            var answer = await Curl.CallAsync(models, "--cacert", server.Authority.File, version == "2" ? "--http2" : "--http1.1", "-w", "\nversion %{http_version}\nstatus %{http_code}");

            Assert.Equal(200, answer.Status);
            Assert.EndsWith($"\nversion {version}", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Api_WhenTheGrpcPortIsAsked_IsAnsweredOverHttp2()
    {
        await OtherPrograms.RequireCurlAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled);

        var answer = await Curl.CallAsync(new Uri(server.Grpc, "/v1/models").ToString(), "--http2-prior-knowledge");

        Assert.True(answer.Status == 200, answer.Body);
    }

    private static async Task PackAsync(string file, string text)
    {
        await using var stream = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), Cancelled);
    }
}
