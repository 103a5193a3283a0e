using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using LeadGrains.EndToEnd.Tests.Interop;

namespace LeadGrains.EndToEnd.Tests.Tls;

/// <summary>One port for gRPC and HTTP/1.1 with TLS, and clients of others on it.</summary>
public sealed class TlsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static string Scripts => Path.Combine(RepositoryFiles.Root, "tests", "LeadGrains.EndToEnd.Tests", "Tls");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clients_WhenTheyAreTrusted_CallOverOnePort(bool asksForCertificate)
    {
        await OtherPrograms.RequireNodeAsync();
        await OtherPrograms.RequirePythonGrpcAsync();
        await OtherPrograms.RequireCurlAsync();
        await using var server = await TlsServer.StartAsync(asksForCertificate);
        var certificate = asksForCertificate ? server.Authority.Issue("client") : null;
        string[] shown = certificate is null ? [] : [certificate.File, certificate.KeyFile];
        string[] curl = ["-sS", "--cacert", server.Authority.File, .. certificate is null ? [] : new[] { "--cert", certificate.File, "--key", certificate.KeyFile }];

        Assert.Equal("health: SERVING\n", await RunAsync("node", ["--no-deprecation", Path.Combine(Scripts, "client.js"), server.Address.Authority, RepositoryFiles.Protos, server.Authority.File, .. shown]));
        Assert.Equal("health: SERVING\n", await RunAsync(OtherPrograms.Python, [Path.Combine(Scripts, "client.py"), server.Address.Authority, server.Authority.File, .. shown]));
        Assert.Contains("\"status\":\"serving\"", await RunAsync("curl", [.. curl, "--http1.1", new Uri(server.Address, "/healthz").ToString()]), StringComparison.Ordinal);
        Assert.Equal("serving\n", await RunAsync("curl", [.. curl, "--http2", new Uri(server.Address, "/readyz").ToString()]));
        Assert.Contains("grpc-status: 0", await RunAsync("curl", [.. curl, "--http1.1", "-H", "content-type: application/grpc-web", "--data-binary", "@" + EmptyFrame(server), new Uri(server.Address, "/grpc.health.v1.Health/Check").ToString()]), StringComparison.Ordinal);
        var (exitCode, output) = await server.RunCommandAsync(certificate, "rank", "accounts");
        Assert.True(exitCode == 0 && output.Contains("0 of 0 accounts", StringComparison.Ordinal), output);
    }

    [Fact]
    public async Task Clients_WhenTheyShowNoCertificateOfTheAuthority_AreRefused()
    {
        await OtherPrograms.RequireNodeAsync();
        await OtherPrograms.RequirePythonGrpcAsync();
        await using var server = await TlsServer.StartAsync(asksForCertificate: true);
        using var other = new TestAuthority(server.Folder, "other");
        var forged = other.Issue("forged");
        var expired = server.Authority.Issue("expired", days: -1);

        foreach (var certificate in new[] { null, forged, expired })
        {
            string[] shown = certificate is null ? [] : [certificate.File, certificate.KeyFile];
            Assert.Equal("failed: UNAVAILABLE\n", await RunAsync("node", ["--no-deprecation", Path.Combine(Scripts, "client.js"), server.Address.Authority, RepositoryFiles.Protos, server.Authority.File, .. shown]));
            Assert.Contains("failed: UNAVAILABLE\n", await RunAsync(OtherPrograms.Python, [Path.Combine(Scripts, "client.py"), server.Address.Authority, server.Authority.File, .. shown]), StringComparison.Ordinal);
            var (exitCode, output) = await server.RunCommandAsync(certificate, "rank", "accounts");
            Assert.True(exitCode == 1 && output.Contains("--cert", StringComparison.Ordinal), output);
        }
    }

    [Fact]
    public async Task Command_WhenItDoesNotTrustTheServer_SaysWhy()
    {
        await using var server = await TlsServer.StartAsync(asksForCertificate: false);

        var (exitCode, output) = await Processes.Command.RunAsync(Limit, Cancelled, "rank", "accounts", "--server", server.Address.ToString());

        Assert.Equal(1, exitCode);
        Assert.Contains($"There is no trusted connection to https://{server.Address.Authority}:", output, StringComparison.Ordinal);
        Assert.Contains("Check --server and --ca", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WhenItsCertificateIsRenewed_ShowsTheNewOneWithoutARestart()
    {
        await using var server = await TlsServer.StartAsync(asksForCertificate: false, days: 1);
        var before = await SerialNumberAsync(server);

        var renewed = server.Authority.Issue("server");

        var waited = System.Diagnostics.Stopwatch.StartNew();
        while (await SerialNumberAsync(server) is var now && now != renewed.SerialNumber)
        {
            Assert.True(now is null || now == before, now);
            Assert.True(waited.Elapsed < Limit, server.Output);
            await Task.Delay(100, Cancelled);
        }
    }

    [Fact]
    public async Task Serve_WhenItsCertificateHasExpired_Warns()
    {
        await using var server = await TlsServer.StartAsync(asksForCertificate: false, days: -1);

        Assert.Contains("warn: LeadGrains.Host[9] The certificate ", server.Output, StringComparison.Ordinal);
        Assert.Contains("and not now: clients will refuse it", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_WhenItNegotiatesNoProtocol_IsHttp1()
    {
        await using var server = await TlsServer.StartAsync(asksForCertificate: false);
        await using var tls = await ConnectAsync(server);
        await tls.WriteAsync(Encoding.ASCII.GetBytes("GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n"), Cancelled);
        Assert.StartsWith("HTTP/1.1 200 ", await ReadAllAsync(tls), StringComparison.Ordinal);

        // The preface of HTTP/2 where HTTP/1.1 is spoken.
        await using var unasked = await ConnectAsync(server);
        await unasked.WriteAsync(Encoding.ASCII.GetBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), Cancelled);
        Assert.StartsWith("HTTP/1.1 ", await ReadAllAsync(unasked), StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunCommandAsync(certificate: null, "rank", "accounts")).ExitCode);
    }

    [Fact]
    public async Task Connection_WhenItsTlsIsOld_IsRefused()
    {
        await OtherPrograms.RequireCurlAsync();
        await using var server = await TlsServer.StartAsync(asksForCertificate: false);

        await using var curl = RunningProcess.Start(
            "curl", ["-sS", "--cacert", server.Authority.File, "--tls-max", "1.1", "--ciphers", "DEFAULT:@SECLEVEL=0", new Uri(server.Address, "/healthz").ToString()]);

        Assert.Equal(35, await curl.WaitAsync(Limit, Cancelled)); // What curl ends with where the handshake fails.
        Assert.Equal(0, (await server.RunCommandAsync(certificate: null, "rank", "accounts")).ExitCode);
    }

    [Fact]
    public async Task ReadmeExample_WhenRunAsItStands_ServesTheOneWithACertificate()
    {
        await OtherPrograms.RequireOpensslAsync();
        using var folder = new TempFolder();
        var commands = ReadmeText.TlsCommands();
        var serve = commands.Single(line => line.StartsWith("leadgrains serve ", StringComparison.Ordinal)).TrimEnd('&', ' ');
        var rank = commands.Single(line => line.StartsWith("leadgrains rank ", StringComparison.Ordinal));
        await File.WriteAllTextAsync(folder.At("settings.json"), ReadmeText.TlsSettings().Replace(":7443", ":0", StringComparison.Ordinal), Cancelled);
        await using var openssl = RunningProcess.Start("sh", ["-ec", string.Join('\n', commands.TakeWhile(line => !line.StartsWith("leadgrains", StringComparison.Ordinal)))], folder.Path);
        Assert.True(await openssl.WaitAsync(Limit, Cancelled) == 0, openssl.Output);

        await using var server = Processes.Command.StartIn(folder.Path, serve.Split(' ')[1..]);
        var address = await TlsServer.AddressOfAsync(server);
        var call = rank.Replace("https://127.0.0.1:7443", address.ToString(), StringComparison.Ordinal).Split(' ')[1..];
        await using var trusted = Processes.Command.StartIn(folder.Path, call);
        await using var stranger = Processes.Command.StartIn(folder.Path, [.. call.TakeWhile(word => word != "--cert")]);

        Assert.True(await trusted.WaitAsync(Limit, Cancelled) == 0, trusted.Output);
        Assert.Contains("0 of 0 accounts", trusted.Output, StringComparison.Ordinal);
        Assert.Equal(1, await stranger.WaitAsync(Limit, Cancelled));
    }

    private static string EmptyFrame(TlsServer server)
    {
        var file = Path.Combine(server.Folder, "frame");
        File.WriteAllBytes(file, new byte[5]);
        return file;
    }

    private static async Task<SslStream> ConnectAsync(TlsServer server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port, Cancelled);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = server.Authority.Trust() }, Cancelled);
        return tls;
    }

    /// <summary>Null while nothing listens, as happens for a moment when the certificate changes.</summary>
    private static async Task<string?> SerialNumberAsync(TlsServer server)
    {
        try
        {
            await using var tls = await ConnectAsync(server);
            return tls.RemoteCertificate?.GetSerialNumberString();
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            return null;
        }
    }

    private static async Task<string> ReadAllAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        return await reader.ReadToEndAsync(Cancelled).WaitAsync(Limit, Cancelled);
    }

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        await using var running = RunningProcess.Start(program, arguments);
        Assert.True(await running.WaitAsync(Limit, Cancelled) == 0, running.Output);
        return running.Output;
    }
}
