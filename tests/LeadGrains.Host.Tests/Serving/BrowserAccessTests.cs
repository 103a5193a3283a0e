using System.Net;
using System.Net.Http.Headers;
using LeadGrains.Gateway.Access;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Serving;
using LeadGrains.Host.Tests.Commands;

namespace LeadGrains.Host.Tests.Serving;

public sealed class BrowserAccessTests : IDisposable
{
    private const string Named = "https://app.example.com";
    private const string Call = "/leadgrains.v1.RankingService/RankAccounts";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("leadgrains-tests-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("https://app.example.com", "https://app.example.com")]
    [InlineData("HTTPS://App.Example.com/", "https://app.example.com")]
    [InlineData("http://localhost:8000", "http://localhost:8000")]
    [InlineData("https://app.example.com:443", "https://app.example.com")]
    [InlineData("*", "*")]
    [InlineData("app.example.com", null)]
    [InlineData("https://app.example.com/page", null)]
    [InlineData("https://ann@app.example.com", null)]
    [InlineData("https://app.example.com?a", null)]
    [InlineData("file:///", null)]
    [InlineData("null", null)]
    public void TryReadOrigin_WhenGivenText_TakesWhatBrowsersSend(string text, string? expected) =>
        Assert.Equal(expected, BrowserAccess.TryReadOrigin(text, out var origin) ? origin : null);

    [Fact]
    public async Task Serve_WhenAnOriginIsNone_SaysWhatItWants()
    {
        var ran = await CommandRun.OfAsync(Cancelled, "serve", "--data", _folder.FullName, "--web-origin", "app.example.com");

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains("--web-origin wants an origin such as https://app.example.com, without a path, or *, not 'app.example.com'.", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new string[0], Named, null)]
    [InlineData(new[] { Named }, Named, Named)]
    [InlineData(new[] { "https://other.example.com", Named }, Named, Named)]
    [InlineData(new[] { Named }, "https://app.example.com.evil.example", null)]
    [InlineData(new[] { "*" }, Named, "*")]
    public async Task Preflight_WhenAPageAsks_AllowsTheOriginsNamed(string[] origins, string origin, string? allowed)
    {
        await using var server = await StartAsync(origins);
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        using var preflight = new HttpRequestMessage(HttpMethod.Options, Call)
        {
            Headers = { { "origin", origin }, { "access-control-request-method", "POST" }, { "access-control-request-headers", "content-type,x-grpc-web,grpc-timeout" } },
        };

        using var response = await http.SendAsync(preflight, Cancelled);

        Assert.Equal(allowed, Value(response, "access-control-allow-origin"));
        Assert.Equal(allowed is null ? null : "7200", Value(response, "access-control-max-age"));
        Assert.Equal(allowed is null ? null : "content-type,x-grpc-web,grpc-timeout", Value(response, "access-control-allow-headers"));
    }

    [Fact]
    public async Task Call_WhenAPageMakesIt_ExposesTheStatus()
    {
        await using var server = await StartAsync(Named);
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        using var call = WebCall();
        call.Headers.Add("origin", Named);

        using var response = await http.SendAsync(call, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(Named, Value(response, "access-control-allow-origin"));
        Assert.Equal("grpc-status,grpc-message,grpc-status-details-bin,grpc-retry-pushback-ms,grpc-encoding,grpc-accept-encoding,retry-after", Value(response, "access-control-expose-headers"));
        Assert.Contains("grpc-status: 0", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { Named }, new[] { "https://other.example.com" }, HttpStatusCode.Forbidden)]
    [InlineData(new[] { Named }, new[] { "null" }, HttpStatusCode.Forbidden)]
    [InlineData(new[] { Named }, new[] { "" }, HttpStatusCode.Forbidden)]
    [InlineData(new[] { Named }, new[] { Named, "https://other.example.com" }, HttpStatusCode.Forbidden)]
    [InlineData(new string[0], new[] { Named }, HttpStatusCode.Forbidden)]
    [InlineData(new[] { Named }, new[] { Named }, HttpStatusCode.OK)]
    [InlineData(new[] { "*" }, new[] { "https://other.example.com" }, HttpStatusCode.OK)]
    [InlineData(new string[0], new string[0], HttpStatusCode.OK)]
    public async Task Call_WhenItSaysItsOrigin_IsServedOnlyIfThatIsNamed(string[] named, string[] sent, HttpStatusCode expected)
    {
        await using var server = await StartAsync(named);
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        using var call = WebCall();
        call.Headers.TryAddWithoutValidation("origin", sent);

        using var response = await http.SendAsync(call, Cancelled);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(expected == HttpStatusCode.OK, (await response.Content.ReadAsStringAsync(Cancelled)).Contains("grpc-status: 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Call_WhenAPagesOwnNamePointsHere_IsRefused()
    {
        await using var server = await StartAsync(Named);
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        using var call = WebCall();

        // To the browser the page and the server are of one origin, so it asks nobody and shows the page all.
        var rebound = $"evil.example:{server.HttpAddress.Port}";
        call.Headers.Host = rebound;
        call.Headers.Add("origin", $"http://{rebound}");

        using var response = await http.SendAsync(call, Cancelled);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("--web-origin", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("leads.localhost", HttpStatusCode.OK)]
    [InlineData("host.docker.internal", HttpStatusCode.OK)]
    [InlineData("app.example.com", HttpStatusCode.OK)]
    [InlineData("leadgrains", HttpStatusCode.OK)]
    public async Task Question_WhenAPagesOwnNamePointsHere_IsRefused(string host, HttpStatusCode expected)
    {
        await using var server = await StartAsync(Named, "http://app.example.com");
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        foreach (var (path, status) in new[] { ("/v1/models", expected), ("/healthz", HttpStatusCode.OK), ("/openapi.json", HttpStatusCode.OK) })
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };

            using var response = await http.SendAsync(question, Cancelled);

            Assert.Equal(status, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("sec-fetch-site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("sec-fetch-site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("sec-fetch-site", "none", HttpStatusCode.OK)]
    [InlineData("sec-fetch-site", "same-origin", HttpStatusCode.OK)]
    [InlineData("origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("origin", Named, HttpStatusCode.OK)]
    public async Task Question_WhenAForeignPageHasItAsked_IsRefused(string header, string value, HttpStatusCode expected)
    {
        await using var server = await StartAsync(Named);
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        foreach (var (path, status) in new[] { ("/v1/models", expected), ("/v1/contacts:rank", expected), ("/healthz", HttpStatusCode.OK) })
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { header, value } } };

            using var response = await http.SendAsync(question, Cancelled);

            Assert.Equal(status, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("x-other", "a", HttpStatusCode.OK)]
    [InlineData("x-forwarded-for", "192.0.2.1", HttpStatusCode.Unauthorized)]
    [InlineData("forwarded", "for=192.0.2.1", HttpStatusCode.Unauthorized)]
    [InlineData("via", "1.1 proxy", HttpStatusCode.Unauthorized)]
    [InlineData("host", "leads.example.com", HttpStatusCode.Unauthorized)]
    [InlineData("origin", Named, HttpStatusCode.Unauthorized)]
    public async Task Metrics_WhenThereAreKeys_AreOpenToThisMachineAlone(string header, string value, HttpStatusCode expected)
    {
        var key = await KeyAsync("prometheus", KeyScopes.Read);
        await using var server = await StartAsync(Named);
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        foreach (var (sent, status) in new[] { (null, expected), (key, HttpStatusCode.OK) })
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            question.Headers.TryAddWithoutValidation(header, value);
            if (sent is not null)
                question.Headers.Add("authorization", $"Bearer {sent}");

            using var response = await http.SendAsync(question, Cancelled);

            Assert.Equal(status, response.StatusCode);
        }
    }

    [Fact]
    public async Task Page_WhenAKeyIsItsOwn_SendsWithThatAlone()
    {
        const string Site = "https://www.example.com";
        await using var server = await StartAsync();
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        var (site, other, backend) = (await KeyAsync("site", KeyScopes.Ingest, Site), await KeyAsync("other", KeyScopes.Ingest, Named), await KeyAsync("backend", KeyScopes.Read));
        await WaitForKeysAsync(http, backend);

        Assert.Equal(Site, await PreflightAsync(http, Site));
        Assert.Null(await PreflightAsync(http, "https://evil.example"));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(http, site, Site));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(http, other, Site));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(http, site, "https://evil.example"));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(http, site, origin: null));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(http, site, Site, "/v1/contacts:rank"));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(http, key: null, Site));
    }

    [Fact]
    public async Task Call_WhenSentToThePlainGrpcPort_IsNoGrpc()
    {
        await using var server = await StartAsync("*");
        using var http = new HttpClient { BaseAddress = server.GrpcAddress };
        using var call = WebCall();
        (call.Version, call.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        call.Headers.Add("origin", Named);

        using var response = await http.SendAsync(call, Cancelled);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Null(Value(response, "access-control-allow-origin"));
    }

    private static async Task<string?> PreflightAsync(HttpClient http, string origin)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/signals")
        {
            Headers = { { "origin", origin }, { "access-control-request-method", "POST" }, { "access-control-request-headers", "authorization,content-type,x-retry-count,x-write-key" } },
        };
        using var response = await http.SendAsync(preflight, Cancelled);
        Assert.Equal(Value(response, "access-control-allow-origin") is null ? null : "authorization,content-type,x-retry-count,x-write-key", Value(response, "access-control-allow-headers"));
        return Value(response, "access-control-allow-origin");
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient http, string? key, string? origin, string path = "/v1/signals")
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent("{}", new MediaTypeHeaderValue("application/json")) };
        if (key is not null)
            call.Headers.Add("x-write-key", key);
        if (origin is not null)
            call.Headers.Add("origin", origin);
        using var response = await http.SendAsync(call, Cancelled);
        return response.StatusCode;
    }

    private static async Task WaitForKeysAsync(HttpClient http, string key)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Headers = { { "authorization", $"Bearer {key}" } } };
            using var response = await http.SendAsync(question, limit.Token);
            using var open = await http.GetAsync(new Uri("/v1/models", UriKind.Relative), limit.Token);
            if (response.StatusCode == HttpStatusCode.OK && open.StatusCode == HttpStatusCode.Unauthorized)
                return;
            await Task.Delay(50, limit.Token);
        }
    }

    private async Task<string> KeyAsync(string name, KeyScopes scopes, params string[] origins)
    {
        string[] pages = [.. origins.SelectMany(origin => new[] { "--origin", origin })];
        var ran = await CommandRun.OfAsync(
            Cancelled, ["keys", "create", "--data", Path.Combine(_folder.FullName, "data"), "--name", name, "--scope", scopes.ToString().ToLowerInvariant(), .. pages]);
        Assert.True(ran.ExitCode == ExitCode.Done, ran.Error);
        return ran.Output.Trim();
    }

    private static HttpRequestMessage WebCall()
    {
        var content = new ByteArrayContent(new byte[5]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc-web+proto");
        return new HttpRequestMessage(HttpMethod.Post, Call) { Content = content };
    }

    private static string? Value(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private Task<RunningServer> StartAsync(params string[] origins) => RunningServer.StartAsync(
        new ServeSettings
        {
            Data = Path.Combine(_folder.FullName, "data"),
            Grpc = new IPEndPoint(IPAddress.Loopback, 0),
            Http = new IPEndPoint(IPAddress.Loopback, 0),
            WebOrigins = origins,
            LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
        },
        TimeProvider.System,
        Cancelled);
}
