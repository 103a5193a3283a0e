using Grpc.Core;
using LeadGrains.EndToEnd.Tests.Interop;
using LeadGrains.EndToEnd.Tests.Processes;
using LeadGrains.EndToEnd.Tests.Tls;
using LeadGrains.V1;

namespace LeadGrains.EndToEnd.Tests.Browser;

/// <summary>gRPC-Web through clients that nobody here wrote, from Node and from a page in Chromium.</summary>
public sealed class BrowserTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Node_WhenItCallsOverGrpcWeb_FindsTheProtocolWhole()
    {
        await OtherPrograms.RequireNodeAsync();
        await using var site = await PageSite.CreateAsync();
        using var data = new TempFolder();
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);
        await site.WriteAsync("node.js", "import { run } from './checks.js';\nawait run(process.argv[2], console.log);\nprocess.exit();\n");

        await using var node = RunningProcess.Start("node", ["node.js", Address(server)], site.Folder);

        Assert.True(await node.WaitAsync(TimeSpan.FromMinutes(1), Cancelled) == 0, node.Output);
        Assert.EndsWith("5 checks held\n", node.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_WhenItsOriginMayCall_FindsTheProtocolWhole(bool isNamed)
    {
        await OtherPrograms.RequireChromiumAsync();
        await using var site = await PageSite.CreateAsync();
        using var data = new TempFolder();
        var origin = await site.ShowAsync();
        await using var server = await ServerProcess.StartAsync(
            data.Path, RepositoryFiles.TestModel, Cancelled, "--web-origin", isNamed ? origin.ToString() : "*");

        var shown = await PageSite.BrowseAsync(new Uri(origin, $"page.html?server={Address(server)}"));

        Assert.True(shown.Contains("5 checks held", StringComparison.Ordinal) && shown.Contains("ok: a stream comes as text", StringComparison.Ordinal), shown);
    }

    [Fact]
    public async Task Page_WhenTheServerHasTls_CallsOverHttp2()
    {
        await OtherPrograms.RequireChromiumAsync();
        await using var site = await PageSite.CreateAsync();
        var origin = await site.ShowAsync();
        await using var server = await TlsServer.StartAsync(asksForCertificate: false, options: ["--web-origin", origin.ToString()]);

        var shown = await PageSite.BrowseAsync(new Uri(origin, $"page.html?server={server.Address.GetLeftPart(UriPartial.Authority)}"));

        Assert.True(shown.Contains("5 checks held", StringComparison.Ordinal) && shown.Contains("ok: a stream comes as text", StringComparison.Ordinal), shown);
        Assert.EndsWith("called over HTTP/2.0\n", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_WhenItsOriginIsForeign_IsRefusedByTheBrowser()
    {
        await OtherPrograms.RequireChromiumAsync();
        await using var site = await PageSite.CreateAsync();
        using var data = new TempFolder();
        var (own, foreign) = (await site.ShowAsync(), await site.ShowAsync());
        await using var server = await ServerProcess.StartAsync(
            data.Path, RepositoryFiles.TestModel, Cancelled, "--web-origin", "https://app.example.com", "--web-origin", own.ToString());

        var shown = await PageSite.BrowseAsync(new Uri(foreign, $"page.html?server={Address(server)}"));

        Assert.Contains("blocked by CORS policy", shown, StringComparison.Ordinal);
        Assert.Contains("\nfailed: ", shown, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<RpcException>(async () =>
            await server.Contacts.GetContactAsync(new GetContactRequest { ContactId = "web-ann" }, cancellationToken: Cancelled));
        Assert.Equal(StatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Page_WhenAKeyIsItsOwn_SendsJsonAndMayAskNothing()
    {
        await OtherPrograms.RequireChromiumAsync();
        await using var site = await PageSite.CreateAsync();
        using var data = new TempFolder();
        var (own, foreign) = (await site.ShowAsync(), await site.ShowAsync());
        await using var server = await ServerProcess.StartAsync(data.Path, RepositoryFiles.TestModel, Cancelled);
        var made = await Command.RunAsync(
            TimeSpan.FromMinutes(1), Cancelled, "keys", "create", "--data", data.Path, "--name", "site", "--scope", "ingest", "--origin", own.GetLeftPart(UriPartial.Authority));
        Assert.True(made.ExitCode == 0, made.Output);
        var key = made.Output.Split('\n', StringSplitOptions.TrimEntries).Single(line => line.StartsWith("lgk_", StringComparison.Ordinal));
        await site.WriteAsync("json.html", JsonPage.Replace("SERVER", Address(server), StringComparison.Ordinal).Replace("KEY", key, StringComparison.Ordinal));

        var shown = await PageSite.BrowseAsync(new Uri(own, "json.html"));
        var refused = await PageSite.BrowseAsync(new Uri(foreign, "json.html"));

        Assert.Contains("signals: 200 1\nasks: 403 7\n", shown, StringComparison.Ordinal);
        Assert.Contains("signals: no answer\nasks: no answer\n", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadmeExample_WhenShownAsAPage_RanksTheCompany()
    {
        await OtherPrograms.RequireChromiumAsync();
        await using var site = await PageSite.CreateAsync();
        using var data = new TempFolder();
        var origin = await site.ShowAsync();
        await using var server = await ServerProcess.StartAsync(data.Path, model: null, Cancelled, "--web-origin", origin.ToString());
        await site.WriteAsync("example.js", ReadmeText.BrowserExample().Replace("http://127.0.0.1:7080", Address(server), StringComparison.Ordinal));

        var shown = await PageSite.BrowseAsync(new Uri(origin, "page.html?example"));

        Assert.Matches(@"(?m)^1 acme\.com [0-9.]+ [A-D][1-4]$", shown);
    }

    /// <summary>Waits until the server knows its key, then sends a signal and asks for a ranking.</summary>
    private const string JsonPage = """
        <body><script type="module">
        const call = (path, body) => fetch(`SERVER/v1/${path}`, {
          method: 'POST', body: JSON.stringify(body), headers: { authorization: 'Bearer KEY', 'content-type': 'application/json', 'x-retry-count': '0' },
        });
        const say = async (what, path, body) => {
          for (let attempt = 0; ; attempt++) {
            try {
              const response = await call(path, body);
              const answer = await response.json();
              document.body.append(`${what}: ${response.status} ${answer.recorded ?? answer.code}`, document.createElement('br'));
              return;
            } catch {
              if (attempt < 10) {
                await new Promise((resolve) => setTimeout(resolve, 500));
                continue;
              }
              document.body.append(`${what}: no answer`, document.createElement('br'));
              return;
            }
          }
        };
        await say('signals', 'signals', { signals: [{ id: '1', type: 'demo', contactId: 'ann' }] });
        await say('asks', 'contacts:rank', {});
        document.body.dataset.done = '';
        </script></body>
        """;

    private static string Address(ServerProcess server) => server.Http.GetLeftPart(UriPartial.Authority);
}
