using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using LeadGrains.EndToEnd.Tests.Processes;

namespace LeadGrains.EndToEnd.Tests.Tls;

/// <summary>`leadgrains serve` with one TLS endpoint, and an authority of the test's own.</summary>
internal sealed partial class TlsServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder;
    private readonly RunningProcess _process;

    private TlsServer(TempFolder folder, TestAuthority authority, RunningProcess process)
    {
        _folder = folder;
        Authority = authority;
        _process = process;
    }

    public TestAuthority Authority { get; }

    public string Folder => _folder.Path;

    public Uri Address { get; private set; } = null!;

    public string Output => _process.Output;

    [GeneratedRegex(@"^Ready\. gRPC and HTTP on (?<address>https://\S+)\.$", RegexOptions.Multiline, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ReadyLine { get; }

    /// <param name="asksForCertificate">True to let in only clients with a certificate of the authority's.</param>
    /// <param name="days">For how long the server's certificate still holds.</param>
    /// <param name="options">More of what `serve` takes.</param>
    public static async Task<TlsServer> StartAsync(bool asksForCertificate, int days = 30, params string[] options)
    {
        var folder = new TempFolder();
        var authority = new TestAuthority(folder.Path);
        var certificate = authority.Issue("server", days);
        var clients = asksForCertificate ? $$""", "ClientCertificates": {"Authority": "{{authority.File}}"}""" : "";
        await File.WriteAllTextAsync(
            folder.At("settings.json"),
            $$"""{"Kestrel": {"Endpoints": {"Api": {"Url": "https://127.0.0.1:{{FreePort()}}", "Certificate": {"Path": "{{certificate.File}}", "KeyPath": "{{certificate.KeyFile}}"} } } }{{clients}} }""",
            TestContext.Current.CancellationToken);
        var process = Command.Start(["serve", "--data", folder.At("data"), "--settings", folder.At("settings.json"), .. options]);
        var server = new TlsServer(folder, authority, process);
        try
        {
            server.Address = await AddressOfAsync(process);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Where a server with one TLS endpoint listens, once it is ready.</summary>
    public static async Task<Uri> AddressOfAsync(RunningProcess process)
    {
        var waited = Stopwatch.StartNew();
        Match line;
        while (!(line = ReadyLine.Match(process.Output)).Success)
        {
            if (process.HasExited || waited.Elapsed > StartLimit)
                throw new InvalidOperationException($"leadgrains serve is not ready. It said:\n{process.Output}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return new Uri(line.Groups["address"].Value);
    }

    /// <summary>A client that trusts the authority, and shows a certificate if it is given one.</summary>
    public Task<(int ExitCode, string Output)> RunCommandAsync(IssuedCertificate? certificate, params string[] command)
    {
        string[] shown = certificate is null ? [] : ["--cert", certificate.File, "--key", certificate.KeyFile];
        return Command.RunAsync(
            TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken, [.. command, "--server", Address.ToString(), "--ca", Authority.File, .. shown]);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Authority.Dispose();
        _folder.Dispose();
    }

    // A renewed certificate makes the endpoint listen anew, so the port must have a number.
    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
