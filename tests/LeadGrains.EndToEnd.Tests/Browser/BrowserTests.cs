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

    private static string Address(ServerProcess server) => server.Http.GetLeftPart(UriPartial.Authority);
}
