using System.Net;
using System.Net.Sockets;
using LeadGrains.Host.Clients;
using LeadGrains.Host.Commands;
using LeadGrains.Host.Serving;
using LeadGrains.Host.Tests.Commands;
using LeadGrains.Testing;
using LeadGrains.V1;

namespace LeadGrains.Host.Tests.Serving;

public sealed class ConfiguredEndpointsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority;
    private readonly IssuedCertificate _certificate;

    public ConfiguredEndpointsTests()
    {
        _authority = new TestAuthority(_folder.Path);
        _certificate = _authority.Issue("server");
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Certificate => $$"""{"Path": "{{_certificate.File}}", "KeyPath": "{{_certificate.KeyFile}}"}""";

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Serve_WhenEndpointsAreConfigured_ListensThere()
    {
        var file = Write($$"""
            {"Kestrel": {"Endpoints": {
              "Api": {"Url": "https://127.0.0.1:0", "Certificate": {{Certificate}} },
              "Inside": {"Url": "http://127.0.0.1:0", "Protocols": "Http2"},
              "Probes": {"Url": "http://127.0.0.1:0", "Protocols": "Http1"} } } }
            """);
        using var output = new StringWriter();
        await using var server = await StartAsync(file);

        server.AnnounceReady(new(output, output, outputIsScreen: false, errorIsScreen: false));

        Assert.Matches(@"^Ready\. gRPC and HTTP on https://127\.0\.0\.1:[1-9]\d*, gRPC on 127\.0\.0\.1:[1-9]\d*, HTTP on 127\.0\.0\.1:[1-9]\d*\.\s*$", output.ToString());
        using var connection = new ServerConnection(new ServerTarget(server.GrpcAddress, _authority.File), TimeProvider.System);
        Assert.Empty((await connection.Ranking.RankAccountsAsync(new RankAccountsRequest(), connection.Call(Cancelled))).Accounts);
    }

    [Theory]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Url": "https://127.0.0.1:0"}}}}""", "Kestrel:Endpoints:Api is https and has no certificate")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Protocols": "Http2"}}}}""", "Kestrel:Endpoints:Api has no Url")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Url": "127.0.0.1:7443"}}}}""", "Url wants a URL such as https://127.0.0.1:7443, not '127.0.0.1:7443'")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Url": "https://127.0.0.1:0", "Certificate": {"Path": "/none.pem"}}}}}""", "There is no file /none.pem, which Kestrel:Endpoints:Api:Certificate names.")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Url": "https://127.0.0.1:0"}}, "Certificates": {"Default": {"Path": "/none.pfx"}}}}""", "There is no file /none.pfx, which Kestrel:Certificates:Default names.")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Url": "https://127.0.0.1:0", "Certificate": CERTIFICATE, "ClientCertificateMode": "Always"}}}}""", "ClientCertificateMode is one of NoCertificate, AllowCertificate, RequireCertificate, DelayCertificate, not 'Always'.")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Url": "http://127.0.0.1:0", "Protocols": "Http7"}}}}""", "Kestrel:Endpoints:Api:Protocols is one of None, Http1, Http2, ")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Url": "https://127.0.0.1:0", "Certificate": CERTIFICATE, "SslProtocols": "Tls13"}}}}""", "Kestrel:Endpoints:Api:SslProtocols is a list, such as [\"Tls13\"], not 'Tls13'.")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Url": "https://127.0.0.1:0", "Certificate": CERTIFICATE, "SslProtocols": ["Tls9"]}}}}""", "Kestrel:Endpoints:Api:SslProtocols:0 is one of None, ")]
    [InlineData("""{"Kestrel": {"EndpointDefaults": {"SslProtocols": "Tls13"}, "Endpoints": {"Api": {"Url": "http://127.0.0.1:0"}}}}""", "Kestrel:EndpointDefaults:SslProtocols is a list, such as [\"Tls13\"], not 'Tls13'.")]
    [InlineData("""{"Kestrel": {"EndpointDefaults": {"SslProtocols": ["Tls9"]}, "Endpoints": {"Api": {"Url": "http://127.0.0.1:0"}}}}""", "Kestrel:EndpointDefaults:SslProtocols:0 is one of None, ")]
    [InlineData("""{"Kestrel": {"EndpointDefaults": {"Protocols": "Http7"}, "Endpoints": {"Api": {"Url": "http://127.0.0.1:0"}}}}""", "Kestrel:EndpointDefaults:Protocols is one of None, Http1, Http2, ")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Url": "http://127.0.0.1:0", "Certficate": {}}}}}""", "Kestrel:Endpoints:Api has an unknown key Certficate. Known are Url, ")]
    [InlineData("""{"Kestrel": {"Endpoint": {}}}""", "Kestrel has an unknown key Endpoint.")]
    [InlineData("""{"Kestle": {}}""", "The settings have an unknown key Kestle.")]
    [InlineData("""{"Kestrel": {"Endpoints": {"Api": {"Url": "http://127.0.0.1:0"}}}, "ClientCertificates": {"Authority": "AUTHORITY"}}""", "no endpoint is https, so no client would be asked for a certificate")]
    [InlineData("""{"ClientCertificates": {"Authority": "/none.pem"}}""", "There is no file /none.pem, which ClientCertificates:Authority names.")]
    [InlineData("""{"ClientCertificates": {"Authority": "KEY"}}""", "holds no certificate in PEM.")]
    [InlineData("""{"Kestrel": """, "is no settings file: ")]
    public async Task Serve_WhenTheSettingsAreFaulty_SaysWhatIsWrong(string settings, string expected)
    {
        var file = Write(settings
            .Replace("CERTIFICATE", Certificate, StringComparison.Ordinal)
            .Replace("AUTHORITY", _authority.File, StringComparison.Ordinal)
            .Replace("KEY", _certificate.KeyFile, StringComparison.Ordinal));

        var ran = await ServeAsync("--settings", file);

        Assert.Contains(expected, ran.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Empty(ran.Output);
    }

    [Theory]
    [InlineData("right", "")]
    [InlineData("wrong", "cannot be used: ")]
    [InlineData(null, "cannot be used: ")]
    public async Task Serve_WhenAKeyHasAPassword_WantsTheRightOne(string? password, string expected)
    {
        var locked = _authority.Issue("locked", password: "right");
        var given = password is null ? "" : $", \"Password\": \"{password}\"";
        var file = Write($$"""{"Kestrel": {"Endpoints": {"Api": {"Url": "https://127.0.0.1:0", "Certificate": {"Path": "{{locked.File}}", "KeyPath": "{{locked.KeyFile}}"{{given}} } } } } }""");

        if (expected.Length == 0)
        {
            await using var server = await StartAsync(file);
            return;
        }

        var ran = await ServeAsync("--settings", file);
        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains(expected, ran.Error, StringComparison.Ordinal);
        Assert.Contains(locked.File, ran.Error, StringComparison.Ordinal);
    }

    // Whether the hang-up is read before what was written fails depends on who is quicker, and so does the first half of the sentence.
    [Fact]
    public async Task Get_WhenThePortWantsTls_SaysToCheckThePortAndHttps()
    {
        await using var server = await StartAsync(Write($$"""{"Kestrel": {"Endpoints": {"Api": {"Url": "https://127.0.0.1:0", "Certificate": {{Certificate}} } } } }"""));

        var ran = await CommandRun.OfAsync($"get account acme.com --server http://{server.GrpcAddress.Authority}");

        Assert.Matches("^(Something answers at .*, but it does not speak gRPC there: |The connection to the server at .* broke[.] .* If it never answered, )check the port, and https:// for TLS[.]$", ran.Error.Trim());
    }

    [Fact]
    public async Task Get_WhenTheCertificatesFileHoldsNoKey_AsksForTheKey()
    {
        var ran = await CommandRun.OfAsync($"get account acme.com --server https://127.0.0.1:1 --cert {_certificate.File}");

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Equal($"{_certificate.File} holds no key; name it with --key FILE.", ran.Error.Trim());
    }

    [Fact]
    public async Task Serve_WhenAnAddressIsGivenTwice_Refuses()
    {
        var file = Write("""{"Kestrel": {"Endpoints": {"Api": {"Url": "http://127.0.0.1:0", "Protocols": "Http2"}}}}""");

        var ran = await ServeAsync("--settings", file, "--http", "127.0.0.1:0");

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains("--http is given, and the settings say where to listen, too (http://127.0.0.1:0).", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WhenTheSettingsAreMissing_SaysSo()
    {
        var ran = await ServeAsync("--settings", _folder.At("none.json"));

        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains($"There is no file {_folder.At("none.json")}.", ran.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", true)]
    [InlineData("http://*:0", true)]
    [InlineData("http://[::]:0", true)]
    [InlineData("https://0.0.0.0:0", true)]
    [InlineData("https://localhost:7443", false)]
    [InlineData("https://[::1]:0", false)]
    [InlineData("https://127.0.0.1:0", false)]
    public void IsOpen_WhenOthersCanConnect_IsTrue(string url, bool expected)
    {
        var tls = url.StartsWith("https", StringComparison.Ordinal) ? $", \"Certificate\": {Certificate}" : "";

        using var endpoints = ConfiguredEndpoints.Read(Write($$"""{"Kestrel": {"Endpoints": {"Api": {"Url": "{{url}}"{{tls}} } } } }"""));

        Assert.Equal(expected, endpoints!.All.Single().IsOpen);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AUTHORITY")]
    public async Task Serve_WhenAnEndpointIsOpenOverTls_WantsKeys(string authority)
    {
        var more = authority.Length == 0 ? "" : $", \"ClientCertificates\": {{\"Authority\": \"{_authority.File}\"}}";
        var file = Write($$"""{"Kestrel": {"Endpoints": {"Api": {"Url": "https://0.0.0.0:0", "Certificate": {{Certificate}} } } }{{more}} }""");

        var ran = await ServeAsync("--settings", file);
        Assert.Equal(ExitCode.Failed, ran.ExitCode);
        Assert.Contains("The endpoint Api at https://0.0.0.0:0 can be reached from other machines, and there are no keys yet.", ran.Error, StringComparison.Ordinal);
        Assert.Contains("leadgrains keys create", ran.Error, StringComparison.Ordinal);

        await CommandRun.OfAsync(Cancelled, "keys", "create", "--name", "tests", "--scope", "read", "--data", _folder.At("data"));
        ran = await ServeAsync("--settings", file);
        Assert.Contains("Ready.", ran.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WhenAnEndpointIsOpen_WantsToBeToldThatItIsSafe()
    {
        var ran = await ServeAsync("--settings", Write("""{"Kestrel": {"Endpoints": {"Api": {"Url": "http://0.0.0.0:0"}}}}"""));

        Assert.Equal(ExitCode.BadUsage, ran.ExitCode);
        Assert.Contains("The endpoint Api at http://0.0.0.0:0 can be reached from other machines, and is not encrypted.", ran.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WhenTheSettingsChangeMeanwhile_KeepsThoseThatWereChecked()
    {
        var file = Write("""{"Kestrel": {"Endpoints": {"Api": {"Url": "http://127.0.0.1:0", "Protocols": "Http1"}}}}""");
        await using var server = await StartAsync(file);
        using var http = new HttpClient { BaseAddress = server.HttpAddress };
        var added = FreePort();

        Write($$"""{"Kestrel": {"Endpoints": {"Api": {"Url": "http://0.0.0.0:{{added}}"} } } }""");

        using var stranger = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{added}") };
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(3); await Task.Delay(100, Cancelled))
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => stranger.GetStringAsync("/readyz", Cancelled));
        }

        Assert.Equal("serving", await http.GetStringAsync("/readyz", Cancelled));
    }

    [Fact]
    public void Read_WhenNothingIsConfigured_IsNull() => Assert.Null(ConfiguredEndpoints.Read(Write("{}")));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Write(string settings)
    {
        var file = _folder.At("settings.json");
        File.WriteAllText(file, settings);
        return file;
    }

    private Task<RunningServer> StartAsync(string file) => RunningServer.StartAsync(
        new ServeSettings
        {
            Data = _folder.At("data"),
            Endpoints = ConfiguredEndpoints.Read(file),
            Grpc = new IPEndPoint(IPAddress.Loopback, 0),
            Http = new IPEndPoint(IPAddress.Loopback, 0),
            LogLevel = Microsoft.Extensions.Logging.LogLevel.None,
        },
        TimeProvider.System,
        Cancelled);

    // A server that starts after all is told to stop, and then its test fails.
    private async Task<CommandRun> ServeAsync(params string[] more)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        stop.CancelAfter(TimeSpan.FromSeconds(10));
        return await CommandRun.OfAsync(stop.Token, ["serve", "--data", _folder.At("data"), "--log-level", "None", .. more]);
    }
}
